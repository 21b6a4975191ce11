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
 * @param refused - Makes the error of a file that cannot be used; that of an identity when absent.
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE`, or what `refused` makes, at once and whenever it is read anew. What was known
 *   before is not used then: a key may have been withdrawn.
 */
export function watchedFile<T>(
  file: string,
  parse: (json: unknown) => T,
  refused = unreadable,
): WatchedFile<T> {
  let seen = ''
  let value: T

  function readAgain(): T {
    // Looked at before it is read: whatever is written in between is noticed the next time.
    const now = look(file, refused)
    value = parse(jsonIn(file, refused))
    seen = now
    return value
  }

  readAgain()
  return { readAgain, current: () => (look(file, refused) === seen ? value : readAgain()) }
}

function look(file: string, refused: typeof unreadable): string {
  try {
    const { ino, size, mtimeNs } = statSync(file, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch (cause) {
    throw refused(file, 'cannot be read', cause)
  }
}

function jsonIn(file: string, refused: typeof unreadable): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw refused(file, 'cannot be read', cause)
  }
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words would quote the file, and with it a private key.
    throw refused(file, 'is not JSON')
  }
}
