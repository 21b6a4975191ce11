import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

/** Writes a file that is not there yet, and returns when it is on the disk. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces a file in one step: whoever reads it sees the old or the new one. */
export async function replaceDurably(path: string, text: string): Promise<void> {
  const temporary = besides(path)
  try {
    await writeDurably(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** A name beside a file that nobody else uses. */
export function besides(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}`
}

/** Whether an error of the file system is of a kind: `ENOENT`, `EEXIST`. */
export function isCoded(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
