import { createHash } from 'node:crypto'
import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import { fileNameOf } from '../migrations/migration-file.js'
import { readReleases } from './read-releases.js'
import type { Release, ReleasedMigration } from './release.js'
import { reviewableJson } from './reviewable-json.js'
import { schemaDifferences, type SchemaDifference } from './schema-differences.js'
import { readSchema, type SchemaSnapshot } from './schema-snapshot.js'
import { compareVersions } from './version.js'

/** Which versions of a service there are, and what its schema is of. */
export interface VersionStatus {
  /** Seen within five minutes, the newest last. Empty also where none of them records itself. */
  readonly running: readonly SeenVersion[]
  /** The newest last. */
  readonly released: readonly string[]
  readonly schema: SchemaStatus
}

/** A version that has run on the database. */
export interface SeenVersion {
  readonly version: string
  /** ISO 8601. */
  readonly lastSeenAt: string
  /** How many of its statements are known. */
  readonly statements: number
}

/** The live schema beside that of the newest release with the same migrations. */
export interface SchemaStatus {
  /** The first 16 hexadecimal digits of the SHA-256 of the schema as a release would hold it. */
  readonly fingerprint: string
  /** The release that it is compared with; null when none has the migrations that were applied. */
  readonly release: string | null
  /** The newest release that has these migrations and more, and which those are; null where there is none. */
  readonly before: { readonly release: string; readonly lacks: readonly string[] } | null
  readonly differences: readonly SchemaDifference[]
}

/**
 * Reads how a service stands beside its releases.
 *
 * @param client - The administrator's, in the service's database.
 * @param folder - The service's, which has its releases.
 * @throws FreeholdError `FREEHOLD_RELEASE_DAMAGED`.
 */
export async function versionStatus(
  client: pg.Client,
  service: Service,
  folder: string,
): Promise<VersionStatus> {
  const releases = await readReleases(folder)
  const schema = await readSchema(client, service)
  const applied = await appliedTo(client, service)
  const release = releases.findLast(({ migrations }) => goesOn(migrations, applied)?.length === 0)
  return {
    running: await runningVersions(client, service),
    released: releases.map(({ version }) => version),
    schema: {
      fingerprint: fingerprintOf(schema),
      release: release?.version ?? null,
      before: release === undefined ? aheadOf(applied, releases) : null,
      differences: release === undefined ? [] : schemaDifferences(release.schema, schema),
    },
  }
}

/** Of a schema as a release would hold it. */
function fingerprintOf(schema: SchemaSnapshot): string {
  return createHash('sha256').update(reviewableJson(schema)).digest('hex').slice(0, 16)
}

/** The migrations of a release after those that were applied; undefined where it has not all of those. */
function goesOn(
  migrations: readonly ReleasedMigration[],
  applied: readonly string[],
): readonly ReleasedMigration[] | undefined {
  const hasAll = applied.every((checksum, index) => migrations[index]?.checksum === checksum)
  return hasAll ? migrations.slice(applied.length) : undefined
}

/** A contract step waits, or a deploy has not migrated yet. */
function aheadOf(applied: readonly string[], releases: readonly Release[]): SchemaStatus['before'] {
  const release = releases.findLast(({ migrations }) => goesOn(migrations, applied) !== undefined)
  if (release === undefined || applied.length === 0) return null
  const lacks = goesOn(release.migrations, applied) ?? []
  return { release: release.version, lacks: lacks.map(({ number, name }) => fileNameOf(number, name)) }
}

/** The checksums of the migrations that were applied, in order. */
async function appliedTo(client: pg.Client, service: Service): Promise<string[]> {
  if (!(await hasTable(client, 'migrations'))) return []
  const { rows } = await client.query<{ checksum: string }>(
    "select encode(m.checksum, 'hex') as checksum from freehold.migrations m where m.service = $1 order by m.number",
    [service.name],
  )
  return rows.map(({ checksum }) => checksum)
}

async function runningVersions(client: pg.Client, service: Service): Promise<SeenVersion[]> {
  if (!(await hasTable(client, 'service_versions'))) return []
  const { rows } = await client.query<{ version: string; seen: Date; statements: number }>(
    `select v.version, v.last_seen_at as seen, (
       select count(*)::integer from freehold.statement_uses u where u.service = v.service and u.version = v.version
     ) as statements
     from freehold.service_versions v
     where v.service = $1 and v.last_seen_at > now() - interval '5 minutes'`,
    [service.name],
  )
  return rows
    .map(({ version, seen, statements }) => ({ version, lastSeenAt: seen.toISOString(), statements }))
    .sort((a, b) => compareVersions(a.version, b.version))
}

async function hasTable(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('freehold.' || quote_ident($1)) is not null as there",
    [table],
  )
  return rows[0]?.there === true
}
