import type { System } from '@freehold/manifest'
import { databaseOf, serviceNamed } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { loadSystem } from 'freehold'
import { needsEmbedded } from '../database/prepare.js'
import type { StartOptions } from '../options/options.js'
import { checkPorts, settlePorts } from '../ports/ports.js'
import { openHousehold } from '../processes/household.js'
import { serviceNames } from '../services/programs.js'
import { beginAnew, openFolders, takeStateFolder } from '../state/state-folder.js'
import { bringUp } from './bring-up.js'
import type { RunningSystem } from './running-system.js'

/**
 * Starts the notes system: PostgreSQL, roles and databases, migrations, three services and the gateway, each a process
 * of its own that knows its own secrets and nobody else's. Comes back when all of them are ready. Whatever fails,
 * nothing is left running.
 *
 * @throws FreeholdError `FREEHOLD_PORT_IN_USE`, `FREEHOLD_ALREADY_RUNNING`, `FREEHOLD_STATE_FOREIGN`,
 *   `FREEHOLD_CHILD_FAILED`, `FREEHOLD_START_USAGE`, and what loading, provisioning and migrating throw.
 */
export async function startSystem(options: StartOptions): Promise<RunningSystem> {
  const system = await knownSystem(options)
  const ports = await settlePorts(options.ports)
  const state = await takeStateFolder(options.state)
  const household = openHousehold(options.onEvent ?? (() => undefined))
  const close = async (): Promise<void> => {
    await household.stop()
    await state.release()
  }
  try {
    await checkPorts(ports, needsEmbedded(system, options.env))
    if (options.fresh) await beginAnew(state)
    await openFolders(state)
    await unlessAborted(options.signal, bringUp({ options, system, ports, state, household }))
  } catch (error) {
    await close()
    throw error
  }
  return {
    url: `http://localhost:${ports.gateway}`,
    ports,
    state: state.path,
    embedded: needsEmbedded(system, options.env),
    databases: Object.fromEntries(
      system.services.map((service) => [service.name, databaseOf(system, service)]),
    ),
    pids: household.pids,
    finished: household.finished,
    stop: close,
    kill: household.kill,
  }
}

async function knownSystem({ config, fresh, env }: StartOptions): Promise<System> {
  const system = await loadSystem(config)
  for (const name of serviceNames) serviceNamed(system, name)
  if (fresh && !needsEmbedded(system, env)) {
    throw new FreeholdError('FREEHOLD_START_USAGE', {
      message: '--fresh forgets the data of the embedded server, and FREEHOLD_SERVER_URL names another one.',
      fix: 'Drop the databases on that server yourself, or leave one of the two out.',
    })
  }
  return system
}

/** What was begun goes on by itself, and ends when the household is closed to it. */
async function unlessAborted(signal: AbortSignal | undefined, work: Promise<void>): Promise<void> {
  if (!signal) return work
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  await Promise.race([work, aborted])
}
