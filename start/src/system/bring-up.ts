import type { System } from '@freehold/manifest'
import { databaseOf, serviceNamed } from '@freehold/manifest'
import { pgHbaLines, type ProvisioningContext } from 'freehold'
import { asProcess, databaseLog, startDatabase } from '../database/embedded.js'
import { migrate, needsEmbedded, provision } from '../database/prepare.js'
import type { StartOptions } from '../options/options.js'
import type { Ports } from '../ports/ports.js'
import { startChild, type RunningProcess } from '../processes/child.js'
import type { Household } from '../processes/household.js'
import { gatewayProgram, serviceNames, serviceProgram, type ServiceName } from '../services/programs.js'
import { authSecrets } from '../state/secret-file.js'
import type { StateFolder } from '../state/state-folder.js'
import { progressOf, type Progress } from './progress.js'

/** What a system is brought up with. */
export interface Parts {
  readonly options: StartOptions
  readonly system: System
  readonly ports: Ports
  readonly state: StateFolder
  readonly household: Household
}

/** Brings up the processes, each as soon as what it needs is there. */
export async function bringUp(parts: Parts): Promise<void> {
  const { options, ports, state, household } = parts
  const progress = progressOf(options)
  const secrets = await authSecrets(state)
  const { root, env } = options
  const programs = { root, env, ports, state, authSecrets: secrets.file, newAuthSecrets: secrets.isNew }
  const gateway = gatewayProgram(programs)
  await Promise.all([
    progress(
      () => household.keep('gateway', { ...gateway, start: () => startChild(gateway) }),
      () => gateway.name,
    ),
    prepared(parts, progress, async (name) => {
      const program = serviceProgram(name, programs)
      await progress(
        () => household.keep('services', { ...program, start: () => startChild(program) }),
        () => program.name,
      )
    }),
  ])
}

/** Boots, provisions and migrates; runs each service as soon as its own database is ready. */
async function prepared(
  parts: Parts,
  progress: Progress,
  run: (service: ServiceName) => Promise<void>,
): Promise<void> {
  const { options, system, state } = parts
  if (needsEmbedded(system, options.env)) await bootDatabase(parts, progress)
  const { context } = await progress(
    () => provision(system, options.env, state),
    ({ changes }) =>
      changes === 0
        ? 'roles, databases and guards as they should be'
        : `roles, databases and guards: ${changes} changes`,
  )
  const migrated = migrations(parts, context, progress)
  await Promise.all(
    serviceNames.map(async (name) => {
      await migrated(name)
      await run(name)
    }),
  )
}

async function bootDatabase(
  { options, system, ports, state, household }: Parts,
  progress: Progress,
): Promise<void> {
  let version = 0
  const start = async (): Promise<RunningProcess> => {
    const server = await startDatabase({
      state,
      port: ports.postgres,
      hba: pgHbaLines(system),
      onStep: step(options),
    })
    version = server.version
    return asProcess(server)
  }
  await progress(
    () => household.keep('database', { name: 'PostgreSQL', logFile: databaseLog(state), start }),
    () => `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`,
  )
}

/** Databases of their own are migrated side by side; services that share one, one after the other. */
function migrations(
  { options, system }: Parts,
  context: ProvisioningContext,
  progress: Progress,
): (name: ServiceName) => Promise<void> {
  let before: Promise<unknown> = Promise.resolve()
  return async (name) => {
    const service = serviceNamed(system, name)
    const work = (): Promise<unknown> =>
      progress(
        () => migrate(context, service, options.config),
        ({ applied, waits }) =>
          `${databaseOf(system, service)}, schema ${service.schema}: ${applied || 'no'} new ${applied === 1 ? 'migration' : 'migrations'}${waits ? ', and a contract step that waits' : ''}`,
      )
    const mine = system.strategy.kind === 'shared-database' ? before.then(work) : work()
    before = mine.catch(() => undefined)
    await mine
  }
}

function step({ onEvent }: StartOptions): (what: string) => void {
  return (what) => onEvent?.({ kind: 'step', what })
}
