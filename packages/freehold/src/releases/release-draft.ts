import { join } from 'node:path'
import {
  mergedStatements,
  projectionSchemasOf,
  type RecordedStatement,
  type Service,
  type System,
} from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../migrations/display-path.js'
import { readMigrations, type MigrationFile } from '../migrations/migration-file.js'
import { liveStatements, type LiveSources } from './live-statements.js'
import { openapiBeside, readOpenapi } from './openapi.js'
import { serviceFolder } from './read-releases.js'
import { readRecordings } from './recordings.js'
import { versionOf } from './service-version.js'

/** What a version of a service is released from. */
export interface ReleaseSources {
  readonly system: System
  /** The folder of the configuration. */
  readonly root: string
  /** Files of recorded statements, or folders of them. */
  readonly recordings: readonly string[]
  readonly live?: LiveSources | undefined
  /** A file or a URL. */
  readonly openapi?: string | undefined
}

/** All of a release but its schema, for which a server is needed. */
export interface ReleaseDraft {
  readonly service: Service
  /** The folder of the service. */
  readonly folder: string
  readonly version: string
  readonly migrations: readonly MigrationFile[]
  readonly statements: readonly RecordedStatement[]
  /** How many statements the database knows of, and cannot tell whole. */
  readonly lost: number
  readonly openapi?: Readonly<Record<string, unknown>>
}

/**
 * Gathers what the version that the package.json of a service says is made of, and what it sends.
 *
 * @throws FreeholdError `FREEHOLD_RELEASE_VERSION`, `FREEHOLD_STATEMENTS_MISSING`, `FREEHOLD_STATEMENTS_OF_ANOTHER`,
 *   `FREEHOLD_STATISTICS_MISSING`, `FREEHOLD_OPENAPI_UNREADABLE`, and what reading migrations and servers throws.
 */
export async function draftRelease(service: Service, sources: ReleaseSources): Promise<ReleaseDraft> {
  const folder = serviceFolder(sources.root, service)
  const version = await versionOf(folder)
  const migrations = await readMigrations(join(sources.root, service.migrations))
  const sent = await statementsOf(service, version, sources)
  const described = sources.openapi ?? openapiBeside(folder)
  const openapi = described === undefined ? undefined : (await readOpenapi(described)).document
  return { service, folder, version, migrations, ...sent, ...(openapi && { openapi }) }
}

async function statementsOf(
  service: Service,
  version: string,
  { system, recordings, live }: ReleaseSources,
): Promise<Pick<ReleaseDraft, 'statements' | 'lost'>> {
  const wanted = { service: service.name, version }
  const recorded = await Promise.all(recordings.map((path) => readRecordings(path, wanted)))
  const known = live && (await liveStatements(system, service, version, live))
  const statements = mergedStatements([...recorded, known?.statements ?? []]).filter(
    ({ text }) => !isOfBuild(service, text),
  )
  if (statements.length > 0) return { statements, lost: known?.lost ?? 0 }
  throw new FreeholdError('FREEHOLD_STATEMENTS_MISSING', {
    message: `Not one statement of ${service.name} ${version} was recorded${placesOf(recordings)}.`,
    details: { ...wanted, recordings },
  })
}

function placesOf(recordings: readonly string[]): string {
  if (recordings.length === 0) return ''
  return `: no file *.statements.json in ${recordings.map(displayPath).join(', ')} has any of it`
}

/** A build of a projection comes and goes: no schema of a release has it. */
function isOfBuild(service: Service, text: string): boolean {
  return Object.values(projectionSchemasOf(service)).some((schema) =>
    new RegExp(`\\b${schema}"?\\.`).test(text),
  )
}
