import { readFileSync, statSync } from 'node:fs'
import { unreadable } from './unreadable.js'

/** A file of JSON that may be replaced while it is in use. */
export interface WatchedFile<T> {
  /** What it holds now. */
  current(): T
  /** The same, read anew even if it looks unchanged. */
  readAgain(): T
}

/**
 * Watches a file by looking at its number, size and time whenever it is needed, which takes a few microseconds and
 * misses nothing: a file that is replaced in one step has another number, behind a symbolic link too.
 *
 * @param file - Its path.
 * @param parse - Makes something of its JSON, and throws when it is damaged.
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE`, at once and whenever it is read anew. What was known
 *   before is not used then: a key may have been withdrawn.
 */
export function watchedFile<T>(file: string, parse: (json: unknown) => T): WatchedFile<T> {
  let seen = ''
  let value: T

  function readAgain(): T {
    // Looked at before it is read: whatever is written in between is noticed the next time.
    const now = look(file)
    value = parse(jsonIn(file))
    seen = now
    return value
  }

  readAgain()
  return { readAgain, current: () => (look(file) === seen ? value : readAgain()) }
}

function look(file: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(file, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch (cause) {
    throw unreadable(file, 'cannot be read', cause)
  }
}

function jsonIn(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw unreadable(file, 'cannot be read', cause)
  }
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words would quote the file, and with it a private key.
    throw unreadable(file, 'is not JSON')
  }
}
