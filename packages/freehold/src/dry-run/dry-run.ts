import { serviceNamed, type Service, type System } from '@freehold/manifest'
import pg from 'pg'
import type { CredentialStore } from '../credentials/store.js'
import { parseMigration, readMigrations } from '../migrations/index.js'
import { contractedName } from '../migrations/directives.js'
import type { ParsedMigration } from '../migrations/statements.js'
import { migrationDirectories, systemMigrationStatus } from '../migrations/migrate-system.js'
import { sqlFile } from '../provisioning/sql-files.js'
import { refuseProblems } from '../migrations/reconcile.js'
import { openShadow, type ShadowSystem } from '../shadow/index.js'
import { deployedSystem } from './deployed-system.js'
import { observeMigration, type ObservedStatement } from './observe.js'

/** What is to be tried. */
export interface DryRunOptions {
  readonly system: System
  readonly credentials: CredentialStore
  /** The folder of the configuration. */
  readonly root: string
  /** Names of services; all when absent or empty. */
  readonly services?: readonly string[]
  /** A superuser's URL of a server for the shadow; one is booted when absent. */
  readonly shadowUrl?: string | undefined
}

/** What the pending migrations of a service did on a shadow. */
export interface DryRun {
  readonly service: string
  readonly migrations: readonly {
    readonly number: number
    readonly fileName: string
    readonly path: string
    /** Whether it is one transaction. */
    readonly transactional: boolean
    readonly statements: readonly ObservedStatement[]
    /** Where it is a contract step: what it takes away, and for how long that must be unused. */
    readonly contract?: { readonly target: string; readonly unusedFor: string }
  }[]
  /** By table: rows of the live database, by the server's statistics; null where it has none yet. */
  readonly liveRows: Readonly<Record<string, number | null>>
}

/**
 * Applies the pending migrations on a shadow that stands where the live databases are, and takes down what they lock
 * and rewrite there. What was applied stands on the manifest that was applied last; that of the working tree comes after it, as
 * in a deploy. The live databases are only read.
 *
 * @throws FreeholdError what a run would refuse before it begins, and what `migrate status` and opening a shadow can throw.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun[]> {
  const { system, root, shadowUrl } = options
  const statuses = await systemMigrationStatus(options)
  // What a run would refuse is not worth trying.
  refuseProblems(statuses.flatMap(({ problems }) => problems))
  const appliedTo = Object.fromEntries(
    statuses.map(({ service, applied }) => [service, applied.at(-1)?.number ?? 0]),
  )
  const shadow = await openShadow({ url: shadowUrl })
  try {
    const services = migrationDirectories(options).map(({ service }) => service)
    const deployed = await deployedSystem(system, options.credentials, services)
    const copy = await shadow.provision({ system: deployed, root, upTo: appliedTo })
    if (deployed !== system) await copy.advance({ system, root, upTo: appliedTo })
    const runs: DryRun[] = []
    for (const { service, directory } of migrationDirectories(options)) {
      const pending = (await readMigrations(directory)).filter(
        ({ number }) => number > (appliedTo[service.name] ?? 0),
      )
      const migrations = await observed(copy, serviceNamed(copy.system, service.name), pending)
      runs.push({ service: service.name, migrations, liveRows: await liveRows(options, service) })
    }
    return runs
  } finally {
    await shadow.remove()
  }
}

async function observed(
  copy: ShadowSystem,
  service: Service,
  files: Awaited<ReturnType<typeof readMigrations>>,
): Promise<DryRun['migrations']> {
  const session = new pg.Client(copy.migratorUrl(service.name))
  const beside = new pg.Client(copy.adminUrl(service.name))
  await Promise.all([session.connect(), beside.connect()])
  try {
    const done: DryRun['migrations'][number][] = []
    for (const file of files) {
      const migration = await parseMigration(file)
      const { number, fileName, path, transactional } = migration
      const statements = await observeMigration({ session, beside, schema: service.schema }, migration)
      await session.query('reset all')
      await session.query('select freehold.guard($1)', [service.name])
      done.push({ number, fileName, path, transactional, statements, ...contractOf(migration) })
    }
    return done
  } finally {
    await Promise.all([session.end(), beside.end()])
  }
}

function contractOf({ directives }: ParsedMigration): Pick<DryRun['migrations'][number], 'contract'> {
  const { contract } = directives
  if (contract === undefined) return {}
  return { contract: { target: contractedName(contract), unusedFor: contract.unusedFor } }
}

async function liveRows(
  { credentials }: DryRunOptions,
  service: Service,
): Promise<Record<string, number | null>> {
  const session = new pg.Client(await credentials.read(service.name, 'migrator'))
  await session.connect()
  try {
    const { rows } = await session.query<{ name: string; rows: string | null }>(sqlFile('dry-run/rows.sql'), [
      service.schema,
    ])
    return Object.fromEntries(
      rows.map(({ name, rows: count }) => [name, count === null ? null : Number(count)]),
    )
  } finally {
    await session.end()
  }
}
