import { databaseOf, serviceNamed, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { sealKeys } from './seal-keys.js'
import type { LogVerdict } from './finding.js'
import { liveLog } from './live-log.js'
import { liveWitnesses } from './live-witnesses.js'
import { verifyLog, type VerifiedState } from './verify-log.js'

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
    const url = context.servers.urlFor(service.name)
    await asAdministrator(url, databaseOf(system, service), async (client) => {
      for (const log of logsOf(service, options.log)) {
        const since = await options.since?.(service.name, log)
        // Before the log, so that nobody was told of what is not there yet.
        const heard = await witnesses.of(service.name, log, since?.heard)
        await client.query('begin isolation level repeatable read, read only')
        const source = await liveLog(client, service, log)
        const onProgress = (done: number, of: number): void =>
          options.onProgress?.(`${service.name}.${log}`, done, of)
        verdicts.push(await verifyLog(source, { keys, witnesses: heard, since, onProgress }))
        await client.query('commit')
      }
    })
  }
  return verdicts
}

function logsOf(service: Service, only: string | undefined): string[] {
  const logs = Object.keys(service.owns).filter((name) => service.owns[name]?.mutability === 'immutable')
  if (only === undefined) return logs
  if (logs.includes(only)) return [only]
  throw new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_TABLE', {
    message: `The service "${service.name}" has no log "${only}".`,
    details: { service: service.name, table: only },
  })
}
