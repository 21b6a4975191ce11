import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { startOf } from './identity.js'

/** The process that holds a lock. */
export interface Holder {
  readonly pid: number
  readonly start: string
}

/** A lock that this process holds, or the process that holds it instead. */
export type LockResult =
  | { readonly held: true; readonly release: () => Promise<void> }
  | { readonly held: false; readonly by: Holder }

/**
 * Takes a lock that is a file. The file names the process that holds it, so that the lock of one that
 * died, however it died, is free again.
 *
 * @param file - Its folder exists.
 */
export async function takeLock(file: string): Promise<LockResult> {
  const mine = JSON.stringify({
    pid: process.pid,
    start: (await startOf(process.pid)) ?? '',
    id: randomUUID(),
  })
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, mine, { mode: 0o644, flag: 'wx' })
  try {
    for (;;) {
      // A link appears whole or not at all, and never in place of another.
      if (await linked(draft, file)) return { held: true, release: async () => release(file, mine) }
      const text = await readFile(file, 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const holder = parse(text)
      if (holder && (await isHeldBy(holder))) return { held: false, by: holder }
      await removeStale(file, text, draft)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

async function release(file: string, mine: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === mine) await rm(file, { force: true })
}

/**
 * Removes a lock left behind. Between reading and removing, somebody else could have removed it and taken
 * the lock anew: so only one may remove at a time, and looks again first. A dead owner changes nothing.
 */
async function removeStale(file: string, stale: string, draft: string): Promise<void> {
  const turn = `${file}.turn`
  if (await linked(draft, turn)) {
    try {
      if ((await readFile(file, 'utf8').catch(() => undefined)) === stale) await rm(file, { force: true })
    } finally {
      await rm(turn, { force: true })
    }
    return
  }
  const holder = parse((await readFile(turn, 'utf8').catch(() => undefined)) ?? '')
  // Killed in the very moment that it had the turn.
  if (holder && !(await isHeldBy(holder))) await rm(turn, { force: true })
  else await sleep(5)
}

async function isHeldBy({ pid, start }: Holder): Promise<boolean> {
  return (await startOf(pid)) === start
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, start } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : undefined
  } catch {
    return undefined
  }
}
