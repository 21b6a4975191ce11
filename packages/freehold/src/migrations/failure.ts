import { FreeholdError, type ErrorCode } from '@freehold/manifest/errors'
import pg from 'pg'
import { blockerLines, type Blocker } from './blockers.js'
import { displayPath } from './display-path.js'
import { excerpt, indexOfCharacter, locate } from './location.js'
import { isInTheWay } from './retries.js'
import { missingRight } from './rights.js'
import { isConnectionLost } from './session.js'
import type { ParsedMigration, Statement } from './statements.js'

/** Where a migration was when it failed. */
export interface FailurePlace {
  readonly migration: ParsedMigration
  /** The statement that failed; absent when the work after the last one did. */
  readonly statement?: Statement | undefined
  /** What is done and stays done, of a migration without a transaction. */
  readonly done?: readonly Statement[]
  /** Whom it waited for. */
  readonly blockers?: readonly Blocker[]
}

/** The error of a migration that the server refused, with file, line, caret and SQLSTATE. */
export function migrationFailure(place: FailurePlace, cause: unknown): unknown {
  if (cause instanceof FreeholdError) return cause
  if (isConnectionLost(cause)) return interrupted(place, cause)
  if (!(cause instanceof pg.DatabaseError)) return cause
  const { migration, statement, blockers = [] } = place
  const done = place.done?.filter(isWork)
  const index = statement && indexOf(statement, cause)
  const at = index === undefined ? undefined : locate(migration.sql, index)
  const file = [displayPath(migration.path), ...(at ? [at.line, at.column] : [])].join(':')
  const lines = [
    `${file}: ${cause.message} (${cause.code ?? 'no SQLSTATE'})`,
    ...(index === undefined ? [] : [excerpt(migration.sql, index)]),
    ...(cause.detail === undefined ? [] : [`Detail: ${cause.detail}`]),
    ...(cause.hint === undefined ? [] : [`Hint: ${cause.hint}`]),
    ...(isInTheWay(cause) ? blockerLines(blockers) : []),
    ...(done ? [stateOf(migration, done)] : []),
  ]
  const right = missingRight(cause, statement)
  return new FreeholdError(codeOf(place, cause, right), {
    message: lines.join('\n'),
    ...(right && { fix: right.fix }),
    details: {
      file: migration.path,
      ...at,
      sqlstate: cause.code,
      ...(statement && { statement: migration.statements.indexOf(statement) + 1 }),
      ...(isInTheWay(cause) && { blockers }),
      ...(right && { needs: right.needs, ask: right.ask }),
      ...(done && { done: done.map((finished) => migration.statements.indexOf(finished) + 1) }),
    },
    cause,
  })
}

function codeOf({ done }: FailurePlace, cause: pg.DatabaseError, right: object | undefined): ErrorCode {
  if (right) return 'FREEHOLD_MIGRATION_NEEDS_RIGHTS'
  if (isInTheWay(cause)) return 'FREEHOLD_MIGRATION_BLOCKED'
  return done ? 'FREEHOLD_MIGRATION_STOPPED_MIDWAY' : 'FREEHOLD_MIGRATION_FAILED'
}

/** The server says the place within the statement; without one, it is the statement's begin. */
function indexOf(statement: Statement, cause: pg.DatabaseError): number {
  const position = Number(cause.position ?? 1)
  return statement.index + indexOfCharacter(statement.text, position - 1)
}

/** A setting of the session is no part of what is done: it is made anew by each run. */
const isWork = ({ sessionSetting }: Statement): boolean => sessionSetting === undefined

function stateOf(migration: ParsedMigration, done: readonly Statement[]): string {
  const total = migration.statements.filter(isWork).length
  if (done.length === 0) return `None of its ${total} statements is done; it has no transaction to roll back.`
  const lines = done.map(({ line }) => line).join(', ')
  return `Done, and not rolled back: ${done.length} of ${total} statements (at line ${lines}).`
}

function interrupted({ migration, statement, done }: FailurePlace, cause: unknown): FreeholdError {
  const at = statement ? `:${statement.line}` : ''
  const outcome = done
    ? 'The statement there may be done or not; those before it are.'
    : 'It is either applied as a whole or not at all.'
  return new FreeholdError('FREEHOLD_MIGRATION_INTERRUPTED', {
    message: `${displayPath(migration.path)}${at}: the connection was lost. ${outcome}`,
    details: { file: migration.path, ...(statement && { line: statement.line }) },
    cause,
  })
}
