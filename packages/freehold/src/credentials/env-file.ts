import { readWholeFile, writeWholeFile } from './whole-file.js'

/**
 * Reads a file of `NAME=value` lines; undefined when there is none. Quotes and `#` are taken as they are.
 *
 * @throws FreeholdError `FREEHOLD_CREDENTIALS_UNREADABLE` when the file is there and cannot be read.
 */
export async function readEnvFile(path: string): Promise<Record<string, string> | undefined> {
  const text = await readWholeFile(path)
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
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`)
  await writeWholeFile(path, lines.join(''), 0o600)
}
