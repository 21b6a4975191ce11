import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'

/**
 * The text of a file; undefined when there is none.
 *
 * @throws FreeholdError `FREEHOLD_CREDENTIALS_UNREADABLE` when the file is there and cannot be read.
 */
export async function readWholeFile(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new FreeholdError('FREEHOLD_CREDENTIALS_UNREADABLE', {
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      details: { path },
      cause,
    })
  })
}

/**
 * Replaces a file in one step, so that a reader sees the old or the new one, and a crash leaves one of the two. Its
 * folder is made, mode 0700, when it is missing.
 *
 * @param mode - Who may read it, whatever the umask: 0600, or 0644 for what is public.
 */
export async function writeWholeFile(path: string, text: string, mode: 0o600 | 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.chmod(mode)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/**
 * Adds text at the end of a file, in one write, so that what several processes add at once is all there. Its folder is
 * made, mode 0700, when it is missing.
 *
 * @param mode - Who may read it, when it is made.
 */
export async function appendToFile(path: string, text: string, mode: 0o600 | 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', mode)
  try {
    await file.appendFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Keeps git from taking up what is in a folder. */
export async function keepOutOfGit(directory: string): Promise<void> {
  await writeFile(join(directory, '.gitignore'), '*\n')
}
