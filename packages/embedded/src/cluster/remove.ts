import { lstat, readlink, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isRoot } from '../account/account.js'
import { holdDirectory } from '../process/hold.js'
import { stopLeftover } from '../process/postmaster.js'
import { refugeOf } from './place.js'
import { removeRefuge } from './sweep.js'

/**
 * Removes a data directory, and with it, where the directory is a link to the refuge that was made for
 * this very path, what is there. Any other link is removed itself, and what it leads to stays. A server
 * that a dead process left behind in it is stopped first.
 *
 * @param directory - As given to `startServer`.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_IN_USE` when a living process uses it.
 */
export async function removeData(directory: string): Promise<void> {
  const path = resolve(directory)
  const there = await lstat(path).catch(() => undefined)
  if (!there) return
  const target = there.isSymbolicLink() ? await readlink(path) : path
  const ours = !there.isSymbolicLink() || (isRoot() && target === (await refugeOf(path)))
  if (ours && (await lstat(target).catch(() => undefined))) await removeDirectory(target)
  if (there.isSymbolicLink()) {
    await rm(path)
    if (ours) await removeRefuge(dirname(target))
  }
}

async function removeDirectory(dataDirectory: string): Promise<void> {
  const release = await holdDirectory(dataDirectory)
  try {
    await stopLeftover(dataDirectory)
    await rm(dataDirectory, { recursive: true, force: true })
  } finally {
    await release()
  }
}
