import { join } from 'node:path'
import { rolesOf, serviceNamed, type Service, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { CredentialStore } from '../credentials/store.js'
import { migrateService, type MigrationLimits, type MigrationReport } from './migrate-service.js'
import { migratorUrl } from './migrator-url.js'
import type { MigrationProgress } from './progress.js'
import type { Attempt } from './records.js'
import { resolveStatement, type Resolution } from './resolve.js'
import { migrationStatus, type MigrationStatus } from './status.js'

/** Whose migrations, with which credentials. */
export interface SystemMigrations {
  readonly system: System
  readonly credentials: CredentialStore
  /** The folder of the configuration, from which the migrations' folders are found. */
  readonly root: string
  /** Names of services; all when absent or empty. */
  readonly services?: readonly string[]
}

/** How a run over several services goes. */
export interface MigrateSystemOptions extends SystemMigrations {
  readonly limits?: MigrationLimits
  readonly onProgress?: (service: Service, progress: MigrationProgress) => void
  /** Why the first contract step of the service that waits is not to. It is recorded. */
  readonly contractNow?: string
}

/**
 * Migrates services, one after the other. Each is on its own: the first failure ends the run, and what the
 * services before it did stays.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, `FREEHOLD_CREDENTIALS_MISSING`,
 *   `FREEHOLD_CREDENTIALS_ELSEWHERE`, and what {@link migrateService} throws.
 */
export async function migrateSystem(options: MigrateSystemOptions): Promise<MigrationReport[]> {
  const { system, limits, onProgress, contractNow } = options
  const reports: MigrationReport[] = []
  for (const { service, url, directory } of await migrationTargets(options)) {
    const report = await migrateService({
      system,
      service,
      url,
      directory,
      ...(limits && { limits }),
      ...(contractNow !== undefined && { contractNow }),
      ...(onProgress && { onProgress: (progress: MigrationProgress) => onProgress(service, progress) }),
    })
    reports.push(report)
  }
  return reports
}

/**
 * How the migrations of services stand. Changes nothing.
 *
 * @throws FreeholdError as {@link migrateSystem} does before it runs anything.
 */
export async function systemMigrationStatus(options: SystemMigrations): Promise<MigrationStatus[]> {
  const targets = await migrationTargets(options)
  return Promise.all(targets.map((target) => migrationStatus({ system: options.system, ...target })))
}

/**
 * Writes down for a service how an interrupted statement ended, as {@link resolveStatement} does.
 *
 * @throws FreeholdError as {@link migrateSystem} and {@link resolveStatement} do.
 */
export async function resolveSystemStatement(
  options: Pick<SystemMigrations, 'system' | 'credentials'> &
    Pick<Resolution, 'number' | 'step' | 'found'> & { readonly service: string },
): Promise<Attempt> {
  const { system, number, step, found } = options
  const service = serviceNamed(system, options.service)
  const url = await requireMigratorUrl(options, service)
  return resolveStatement({ system, service, url, number, step, found })
}

/** The services that are meant, and the folder of their migrations. */
export function migrationDirectories(
  options: Pick<SystemMigrations, 'system' | 'root' | 'services'>,
): { service: Service; directory: string }[] {
  const { system, root, services = [] } = options
  const chosen = services.length === 0 ? system.services : services.map((name) => serviceNamed(system, name))
  return chosen.map((service) => ({ service, directory: join(root, service.migrations) }))
}

async function migrationTargets(
  options: SystemMigrations,
): Promise<{ service: Service; directory: string; url: string }[]> {
  return Promise.all(
    migrationDirectories(options).map(async (target) => ({
      ...target,
      url: await requireMigratorUrl(options, target.service),
    })),
  )
}

async function requireMigratorUrl(
  { system, credentials }: Pick<SystemMigrations, 'system' | 'credentials'>,
  service: Service,
): Promise<string> {
  const url = await migratorUrl(system, credentials, service)
  if (url !== undefined) return url
  throw new FreeholdError('FREEHOLD_CREDENTIALS_MISSING', {
    message: `${rolesOf(service).migrator} has no credentials in ${credentials.pathOf(service.name, 'migrator')}.`,
    details: { service: service.name },
  })
}
