import { lstat, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { run } from '../process/run.js'
import type { PostgresBinaries } from './binaries.js'

/**
 * Copies the binaries, for an account that cannot enter the folder they are in. The copy appears under
 * its name in one step, so that a half-made one is never used, whoever else makes it at the same time.
 *
 * @param binaries - Relocatable ones.
 * @param place - A folder that exists, and that only root writes.
 * @param onCopy - Called before the copying, where there is no copy yet.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_FAILED` when it cannot be made.
 */
export async function copyBinaries(
  binaries: PostgresBinaries,
  place: string,
  onCopy: () => void,
): Promise<PostgresBinaries> {
  const tree = join(place, `postgresql-${binaries.build}`)
  const copied = { ...binaries, tree, directory: join(tree, relative(binaries.tree, binaries.directory)) }
  if (await exists(tree)) return copied
  onCopy()
  const unfinished = await mkdtemp(join(place, `.${basename(tree)}-`))
  const whole = join(unfinished, 'tree')
  try {
    await must('cp', ['-RP', binaries.tree, whole])
    // Installed under a strict umask, the files would be closed to every other account, copy or not.
    await must('chmod', ['-R', 'go-w,a+rX', whole])
    await rename(whole, tree)
  } catch (error) {
    // Somebody else's copy of the same build is as good as ours.
    if (!(await exists(tree))) throw error
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return copied
}

async function must(program: string, args: readonly string[]): Promise<void> {
  const { code, signal, output } = await run(program, args, undefined)
  if (code === 0) return
  throw new FreeholdError('FREEHOLD_EMBEDDED_FAILED', {
    message: `PostgreSQL could not be copied: ${program} ended with ${code ?? signal}. ${output.trim()}`,
  })
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
