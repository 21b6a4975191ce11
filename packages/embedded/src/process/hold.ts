import { FreeholdError } from '@freehold/manifest/errors'
import { takeLock } from './lock.js'

/**
 * Holds a data directory for this process: a server in it is then ours, or was left behind by a process
 * that is dead.
 *
 * @param dataDirectory - The real path.
 * @returns Gives it back.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_IN_USE` when a living process holds it.
 */
export async function holdDirectory(dataDirectory: string): Promise<() => Promise<void>> {
  const lock = await takeLock(`${dataDirectory}.lock`)
  if (lock.held) return lock.release
  throw new FreeholdError('FREEHOLD_EMBEDDED_IN_USE', {
    message: `The data directory ${dataDirectory} is in use by process ${lock.by.pid}.`,
    details: { dataDirectory, pid: lock.by.pid },
  })
}
