import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'

/**
 * Reads a file of `NAME=value` lines; undefined when there is none. Quotes and `#` are taken as they are.
 *
 * @throws FreeholdError `FREEHOLD_CREDENTIALS_UNREADABLE` when the file is there and cannot be read.
 */
export async function readEnvFile(path: string): Promise<Record<string, string> | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new FreeholdError('FREEHOLD_CREDENTIALS_UNREADABLE', {
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      details: { path },
      cause,
    })
  })
  if (text === undefined) return undefined
  const entries = text.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf('=')
    return at < 1 || line.startsWith('#') ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
  })
  return Object.fromEntries(entries)
}

/**
 * Writes a file of `NAME=value` lines that only its owner may read (mode 0600). It is replaced in one step, so that
 * a reader sees the old or the new one, and a crash leaves one of the two.
 */
export async function writeEnvFile(path: string, values: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(lines.join(''))
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
