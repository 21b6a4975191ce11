import type { Service, System } from '@freehold/manifest'
import type { OutsideStatement } from '../../migrations/outside-transaction.js'
import type { ParsedStatement } from '../../migrations/parsed-statement.js'
import type { ParsedMigration } from '../../migrations/statements.js'
import type { CheckFinding } from '../finding.js'

/** A statement with what a rule may want to know of where it stands. */
export interface LintedStatement {
  readonly node: ParsedStatement
  readonly text: string
  /** What it is, when PostgreSQL refuses it in a transaction. */
  readonly outside?: OutsideStatement | undefined
  readonly migration: ParsedMigration
  readonly service: Service
  readonly system: System
  /** Relations that the migrations that are linted make before this statement: nothing that runs uses them. */
  readonly madeHere: ReadonlySet<string>
  /** Those that the same file makes before it. */
  readonly madeInFile: ReadonlySet<string>
  /** Relations that any migration of the service makes. */
  readonly madeByService: ReadonlySet<string>
  /** Tables that any migration of the service drops, or calls otherwise. */
  readonly goneByService: ReadonlySet<string>
}

/** What a rule says of a statement. */
export interface Lint extends Pick<CheckFinding, 'rule' | 'severity' | 'message' | 'fix'> {
  /** Where in the statement's text, in bytes; its beginning when absent. */
  readonly offset?: number
}

/** A rule of our own: what only ownership, or the runner, can know. */
export type LintRule = (statement: LintedStatement) => readonly Lint[] | Promise<readonly Lint[]>
