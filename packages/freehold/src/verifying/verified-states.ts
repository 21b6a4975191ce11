import { join } from 'node:path'
import { readWholeFile, writeWholeFile } from '../credentials/whole-file.js'
import type { VerifiedState } from './verify-log.js'

/** How far logs were verified. Kept outside of the databases, where whoever changes a log cannot change it too. */
export interface VerifiedStates {
  read(service: string, log: string): Promise<VerifiedState | undefined>
  write(service: string, log: string, state: VerifiedState): Promise<void>
}

/**
 * States in a folder, a file each.
 *
 * @param directory - `.freehold/verified`.
 */
export function verifiedStates(directory: string): VerifiedStates {
  const pathOf = (service: string, log: string): string => join(directory, `${service}.${log}.json`)
  return {
    async read(service, log) {
      const text = await readWholeFile(pathOf(service, log))
      return text === undefined ? undefined : stateIn(text)
    },
    write: (service, log, { size, root, heard }) =>
      writeWholeFile(pathOf(service, log), `${JSON.stringify({ size, root, heard })}\n`, 0o644),
  }
}

/** What cannot be read counts as nothing: then all of the log is verified. */
function stateIn(text: string): VerifiedState | undefined {
  try {
    const { size, root, heard = {} } = JSON.parse(text) as Partial<VerifiedState>
    const isWhole = Number.isSafeInteger(size) && typeof root === 'string'
    return isWhole && Object.values(heard).every(Number.isSafeInteger)
      ? { size: size as number, root, heard }
      : undefined
  } catch {
    return undefined
  }
}
