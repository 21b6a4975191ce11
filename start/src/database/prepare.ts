import type { Service, System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import {
  applyPlan,
  credentialStore,
  migrateService,
  planSystem,
  serversFrom,
  type ProvisioningContext,
} from 'freehold'
import { dirname, resolve } from 'node:path'
import type { StartOptions } from '../options/options.js'
import type { StateFolder } from '../state/state-folder.js'

/** Makes roles, databases, credentials and guards as the manifest has them. Answers how much had to be changed. */
export async function provision(
  system: System,
  env: StartOptions['env'],
  state: StateFolder,
): Promise<{ context: ProvisioningContext; changes: number }> {
  const servers = await serversFrom(system, env, state.path)
  const context = { system, servers, credentials: credentialStore(state.credentials) }
  const plan = await planSystem(context)
  if (plan.changes.length > 0) await applyPlan(context, plan)
  return { context, changes: plan.changes.length }
}

/**
 * Migrates one service with its migrator's credentials. A contract step whose time has not come waits for another start:
 * the services of today run before it as well as after it.
 *
 * @param config - The file of the manifest; migrations are named relative to its folder.
 * @returns How many migrations were applied, and whether a contract step waits.
 */
export async function migrate(
  context: ProvisioningContext,
  service: Service,
  config: string,
): Promise<{ applied: number; waits: boolean }> {
  const url = await context.credentials.read(service.name, 'migrator')
  if (url === undefined) {
    throw new FreeholdError('FREEHOLD_CREDENTIALS_UNREADABLE', {
      message: `There are no credentials for the migrator of the service "${service.name}".`,
      details: { service: service.name },
    })
  }
  const directory = resolve(dirname(config), service.migrations)
  const { applied, waiting } = await migrateService({ system: context.system, service, url, directory })
  return { applied: applied.length, waits: waiting !== undefined }
}

/** Whether some service has no server in the environment, and needs the embedded one. */
export function needsEmbedded(system: System, env: StartOptions['env']): boolean {
  return system.services.some(
    ({ name }) => !env[`FREEHOLD_SERVER_URL_${name.toUpperCase()}`] && !env.FREEHOLD_SERVER_URL,
  )
}
