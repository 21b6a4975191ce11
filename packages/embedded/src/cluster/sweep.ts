import { lstat, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { takeLock } from '../process/lock.js'
import { stopLeftover } from '../process/postmaster.js'

const note = 'origin'

/** Writes down, beside the data in a refuge, which directory it belongs to. */
export async function noteOrigin(folder: string, origin: string): Promise<void> {
  await writeFile(join(folder, note), origin, { mode: 0o644 })
}

/**
 * Removes what directories for temporary files left behind in the refuge: those that are gone, so that nobody can
 * ever ask for the data again. What belongs to any other directory stays, since that may only be away for a while.
 *
 * @param root - The folder of all refuges.
 */
export async function sweepRefuges(root: string): Promise<void> {
  const temporary = (await realpath(tmpdir())) + sep
  for (const name of await readdir(root)) {
    const folder = join(root, name)
    const origin = await readFile(join(folder, note), 'utf8').catch(() => undefined)
    if (!origin?.startsWith(temporary) || (await exists(origin))) continue
    const data = join(folder, 'data')
    const lock = await takeLock(`${data}.lock`).catch(unlessGone)
    if (!lock?.held) continue
    await stopLeftover(data)
    await removeRefuge(folder)
  }
}

/**
 * Removes the folder of a refuge. The sweep of another process may look at it at the same time, and look for its lock
 * there: a file that appears between the reading of the folder and its removal is removed by another try.
 */
export async function removeRefuge(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 })
}

/** Whoever the refuge belonged to may remove it in the same moment. */
function unlessGone(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
