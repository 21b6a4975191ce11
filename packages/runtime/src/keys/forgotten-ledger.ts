import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { FreeholdError } from '@freehold/manifest/errors'
import { subjectText, type Erasable, type Forgotten, type KeyName } from '../personal/index.js'
import { unavailable } from './unavailable.js'

/** Ends a line that was being written when a disk was full or a machine went down: nobody was told that it is there. */
const torn = '#torn'

/**
 * Who was forgotten: a file with a line for each, which is only ever added to. It is what makes a destruction final for
 * every process at the same moment: each looks at its size before it uses a key, which takes a few microseconds.
 */
export class ForgottenLedger {
  readonly #path: string
  readonly #onNew: (forgotten: readonly Forgotten[]) => void
  #seen = -1
  #isTorn = false
  #lines: Forgotten[] = []
  #known = new Map<string, Forgotten>()

  /** @param onNew - Hears of whom it had not seen before, whichever process forgot them, before anybody else does. */
  constructor(path: string, onNew: (forgotten: readonly Forgotten[]) => void) {
    this.#path = path
    this.#onNew = onNew
  }

  /** What was forgotten of it, whichever process did it; undefined for what was not. */
  find({ subject, purpose }: Partial<KeyName> & Erasable): Forgotten | undefined {
    this.#lookAgain()
    return (
      this.#known.get(idOf({ subject })) ??
      (purpose === undefined ? undefined : this.#known.get(idOf({ subject, purpose })))
    )
  }

  /** All that was forgotten, the oldest first. */
  all(): readonly Forgotten[] {
    this.#lookAgain()
    return [...this.#lines]
  }

  /** Remembers it, and returns when it is on the disk. Two processes may do so at once: the first line counts. */
  add(erasable: Erasable): Forgotten {
    const known = this.find(erasable)
    if (known !== undefined) return known
    const line = Buffer.from(
      `${this.#isTorn ? `${torn}\n` : ''}${JSON.stringify({ ...erasable, at: new Date() })}\n`,
    )
    try {
      const file = openSync(this.#path, 'a', 0o600)
      try {
        const written = writeSync(file, line)
        // What is there of it is passed over: it has no end.
        if (written < line.length)
          throw unavailable(
            this.#path,
            'cannot be written',
            `the disk took ${written} of ${line.length} bytes`,
          )
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    } catch (cause) {
      if (cause instanceof FreeholdError) throw cause
      throw unavailable(this.#path, 'cannot be written', cause)
    }
    const added = this.find(erasable)
    if (added === undefined) throw unavailable(this.#path, 'cannot be written', 'what was added is not there')
    return added
  }

  /** What was known before is not used when the file cannot be read: somebody may have been forgotten. */
  #lookAgain(): void {
    let size: number
    try {
      size = statSync(this.#path).size
      if (size === this.#seen) return
      this.#read(readFileSync(this.#path, 'utf8'))
    } catch (cause) {
      if (cause instanceof FreeholdError) throw cause
      throw unavailable(this.#path, 'cannot be read', cause)
    }
    this.#seen = size
  }

  #read(text: string): void {
    const lines: Forgotten[] = []
    const known = new Map<string, Forgotten>()
    const complete = text.split('\n')
    this.#isTorn = complete.pop() !== ''
    for (const line of complete) {
      if (line.endsWith(torn)) continue
      const forgotten = forgottenIn(line, this.#path)
      const id = idOf(forgotten)
      if (known.has(id)) continue
      known.set(id, forgotten)
      lines.push(forgotten)
    }
    const before = this.#known
    this.#lines = lines
    this.#known = known
    this.#onNew(lines.filter((forgotten) => !before.has(idOf(forgotten))))
  }
}

function idOf({ subject, purpose }: Erasable): string {
  return JSON.stringify(purpose === undefined ? [subject] : [subject, purpose])
}

function forgottenIn(line: string, path: string): Forgotten {
  try {
    const { subject, purpose, at } = JSON.parse(line) as Record<string, unknown>
    const time = new Date(String(at))
    if (typeof subject === 'string' && !Number.isNaN(time.getTime()))
      return {
        subject: subjectText(subject) ?? subject,
        ...(typeof purpose === 'string' && { purpose }),
        at: time,
      }
  } catch (cause) {
    throw damaged(path, cause)
  }
  throw damaged(path)
}

function damaged(path: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_KEY_STORE_UNREADABLE', {
    message: `${path} has a line that says of nobody that they were forgotten.`,
    fix: 'Mend the line by hand, or bring the file back from the backup of the store. It must lose no line.',
    details: { path },
    ...(cause !== undefined && { cause }),
  })
}
