import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, servesDirectory } from './identity.js'

/** What a postmaster writes about itself into its data directory. */
export interface PostmasterFile {
  readonly pid: number
  readonly port: number
  /** `starting`, `ready`, `stopping` … */
  readonly status: string
}

/** Reads `postmaster.pid`; nothing when there is none. */
export async function readPostmasterFile(dataDirectory: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' }
}

/**
 * Stops the server that an earlier run left behind in a data directory, and removes a `postmaster.pid`
 * whose number meanwhile belongs to somebody else. That of a postmaster which is gone stays: PostgreSQL
 * itself sees by it whether one of its children is still at work.
 */
export async function stopLeftover(dataDirectory: string): Promise<void> {
  const left = await readPostmasterFile(dataDirectory)
  if (!left || !(left.pid > 0) || !isAlive(left.pid)) return
  if (!(await servesDirectory(left.pid, dataDirectory))) {
    await rm(join(dataDirectory, 'postmaster.pid'), { force: true })
    return
  }
  const gone = async () => !(await servesDirectory(left.pid, dataDirectory))
  await stopInSteps((signal) => process.kill(left.pid, signal), gone)
}

/**
 * Ends a postmaster: politely, then firmly, then by force.
 *
 * @param signal - Sends it a signal.
 * @param gone - Whether it ended.
 * @param mode - `fast` ends sessions and writes everything out; `immediate` leaves that to the next start.
 */
export async function stopInSteps(
  signal: (name: NodeJS.Signals) => void,
  gone: () => boolean | Promise<boolean>,
  mode: 'fast' | 'immediate' = 'fast',
): Promise<void> {
  const polite = [['SIGINT', 15_000]] as const
  const firm = [
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const
  for (const [name, patience] of mode === 'fast' ? [...polite, ...firm] : firm) {
    try {
      signal(name)
    } catch {
      // It ended between the look and the signal.
      if (await gone()) return
    }
    const until = Date.now() + patience
    while (Date.now() < until) {
      if (await gone()) return
      await sleep(10)
    }
  }
}
