import type { Chapter } from './finding.js'

/** How a service's role attacks: as it logs in, or, for the migrator, with and without the owner's rights. */
export type AttackerKind = 'app' | 'migrator' | 'owner' | 'superuser'

/** Who attacks. */
export interface Attacker {
  readonly service: string
  readonly kind: AttackerKind
  /** The role whose rights are in force. */
  readonly role: string
  /** The role that logs in. */
  readonly login: string
}

/** What somebody tries to do with a statement, and what must come of it. */
export interface Attack {
  readonly id: string
  /** A few words: "reads its rows". */
  readonly attempts: string
  /** A service, `the platform`, `the server`, or a log. */
  readonly against: string
  readonly sql: string
  /** The SQLSTATEs with which it must be refused; 42501 when absent. */
  readonly refusals?: readonly string[]
  /**
   * For what PostgreSQL answers without an error and without doing it: a query, asked in the same transaction, that
   * answers true when nothing was changed. Without it, an attack that ends without an error has succeeded.
   */
  readonly didNothing?: string
  /** What the administrator prepares first, in the same transaction, which then makes the attack as the attacker. */
  readonly bait?: string
  /** It cannot run in a transaction. What it made, should it succeed, the administrator takes away with this. */
  readonly undo?: string
  /** What to do when it succeeds; by default, what `freehold plan` says. */
  readonly repair?: string
  /** That it succeeds is known, and this is said of it. */
  readonly residual?: string
  /** The proof is whole without it. */
  readonly optional?: true
}

/** Attacks of one attacker. */
export interface Assault {
  readonly chapter: Chapter
  readonly attacker: Attacker
  readonly attacks: readonly Attack[]
}
