import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { tooManyLogins } from '../http/problems.js'
import { normalisedPassword } from './normalised-password.js'
import { workLimit } from './work-limit.js'

/** Hashes and checks passwords. */
export interface Passwords {
  /**
   * @param password - What was typed.
   * @returns A PHC string: `$argon2id$…`.
   * @throws HttpProblem 503 when too many passwords wait already.
   */
  hash(password: string): Promise<string>
  /**
   * Takes the same work, and so the same time, whether or not there is a hash to compare with.
   *
   * @param password - What was typed.
   * @param hashed - What {@link hash} returned; undefined for an account that does not exist, which no password matches.
   * @throws HttpProblem 503 when too many passwords wait already.
   */
  matches(password: string, hashed: string | undefined): Promise<boolean>
}

/** How much work passwords may cause at a time. */
export interface PasswordsOptions {
  /** How many are hashed at once. Each takes 19 MiB and one of libuv's four threads. Default 2. */
  readonly concurrency?: number
  /** How many may wait for their turn. Default 100. */
  readonly waiting?: number
}

/** Argon2id with 19 MiB, two passes, one lane: OWASP's Password Storage Cheat Sheet. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/**
 * Argon2id, so many at a time: a flood of logins takes neither all the memory nor all the threads.
 *
 * @param options - How many at a time, and how many may wait.
 */
export async function argon2Passwords(options: PasswordsOptions = {}): Promise<Passwords> {
  const limit = workLimit(options.concurrency ?? 2, options.waiting ?? 100, tooManyLogins)
  const nobodysHash = await hash(randomBytes(32), cost)
  return {
    hash: (password) => limit.run(() => hash(normalisedPassword(password), cost)),
    async matches(password, hashed) {
      const same = await limit.run(() => verify(hashed ?? nobodysHash, normalisedPassword(password)))
      return same && hashed !== undefined
    },
  }
}
