import { databaseOf, logsOf, serviceNamed } from '@freehold/manifest'
import { requireLog } from '../archiving/index.js'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { sealKeys } from './seal-keys.js'
import type { LogVerdict } from './finding.js'
import { liveWitnesses } from './live-witnesses.js'
import { verifyLog, type VerifiedState } from './verify-log.js'
import { atOneMoment } from './with-log.js'

/** What is to be verified. */
export interface VerifySystemOptions {
  /** Names of services; all of the system when absent. */
  readonly services?: readonly string[]
  /** One log only. */
  readonly log?: string
  /** How far a log was verified before; nothing when all of it is to be looked at. */
  readonly since?: (service: string, log: string) => Promise<VerifiedState | undefined>
  readonly onProgress?: (log: string, done: number, of: number) => void
}

/**
 * Verifies logs of live databases, each as it is at one moment, and compares them with what the other services were told.
 * A service that cannot be asked is no error: the verdict names it.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, `FREEHOLD_MANIFEST_UNKNOWN_TABLE`,
 *   `FREEHOLD_SEAL_KEY_UNREADABLE` when there are no keys to verify with, and what connecting throws.
 */
export async function verifySystem(
  context: ProvisioningContext,
  options: VerifySystemOptions = {},
): Promise<LogVerdict[]> {
  const { system } = context
  const keys = await sealKeys(context.credentials)
  const names = options.services ?? system.services.map(({ name }) => name)
  const witnesses = liveWitnesses(context)
  const verdicts: LogVerdict[] = []
  for (const service of names.map((name) => serviceNamed(system, name))) {
    if (options.log !== undefined) requireLog(context, { service: service.name, log: options.log })
    const url = context.servers.urlFor(service.name)
    await asAdministrator(url, databaseOf(system, service), async (client) => {
      for (const log of options.log === undefined ? logsOf(service) : [options.log]) {
        const since = await options.since?.(service.name, log)
        // Before the log, so that nobody was told of what is not there yet.
        const heard = await witnesses.of(service.name, log, since?.heard)
        const onProgress = (done: number, of: number): void =>
          options.onProgress?.(`${service.name}.${log}`, done, of)
        const verdict = await atOneMoment(client, service, log, (source) =>
          verifyLog(source, { keys, witnesses: heard, since, onProgress }),
        )
        verdicts.push(verdict)
      }
    })
  }
  return verdicts
}
