import { createHash } from 'node:crypto'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../display-path.js'
import { excerpt, locate } from '../location.js'
import type { MigrationFile } from '../migration-file.js'
import { nodesBelow, type ParsedStatement } from '../parsed-statement.js'

/** How a statement is to run over a table: in batches, each a transaction of its own. */
export interface BackfillDirective {
  readonly table: string
  /** A column with a unique index of its own, whose order the batches follow. */
  readonly key: string
  /** Rows of the table that a batch passes. */
  readonly batchRows: number
  /** Rows of the table that are passed in a second at most. */
  readonly rowsPerSecond?: number
}

/** SHA-256 of the table and the key: a place that is reached means nothing by another key. In hexadecimal. */
export function walkChecksum({ table, key }: BackfillDirective): string {
  return createHash('sha256')
    .update(JSON.stringify([table, key]))
    .digest('hex')
}

const form = '-- freehold: backfill <table> by <column> in batches of <rows> [at most <rows> rows a second]'
const line = /^[ \t]*--[ \t]*freehold:[ \t]*(?=backfill\b)/gm
const word = /"(?:[^"]|"")+"|\S+/g
const largestBatch = 1_000_000

/**
 * The backfill directive between two statements, if there is one.
 *
 * @param from - Where the statement before ends in the file's text.
 * @param to - Where the next one begins, or the text ends.
 * @throws FreeholdError `FREEHOLD_MIGRATION_BACKFILL`, with line, column and caret.
 */
export function backfillBetween(
  file: MigrationFile,
  from: number,
  to: number,
): { readonly directive: BackfillDirective; readonly index: number } | undefined {
  const found = [...file.sql.slice(from, to).matchAll(line)]
  const [only, second] = found
  if (only === undefined) return undefined
  if (second !== undefined) {
    throw badDirective(file, from + second.index, 'A statement has one backfill directive.')
  }
  const index = from + only.index + only[0].length
  const end = file.sql.indexOf('\n', index)
  const text = file.sql.slice(index, end < 0 ? to : Math.min(end, to))
  return { directive: parse(file, index, text), index }
}

/**
 * Refuses a statement that cannot run in batches.
 *
 * @param index - Where its directive lies in the file's text.
 * @throws FreeholdError `FREEHOLD_MIGRATION_BACKFILL`.
 */
export function requireBatchable(
  file: MigrationFile,
  index: number,
  statement: ParsedStatement | undefined,
): void {
  const { UpdateStmt, InsertStmt, DeleteStmt, MergeStmt } = statement ?? {}
  if (!(UpdateStmt ?? InsertStmt ?? DeleteStmt ?? MergeStmt)) {
    throw badDirective(file, index, 'An UPDATE, INSERT, DELETE or MERGE must follow.')
  }
  const numbers = new Set<number | undefined>()
  for (const [kind, node] of nodesBelow(statement)) {
    if (kind === 'ParamRef') numbers.add((node as { number?: number }).number)
  }
  if (numbers.size === 2 && numbers.has(1) && numbers.has(2)) return
  const problem =
    'The statement must take the first and the last key of a batch as $1 and $2, and nothing else.'
  throw badDirective(file, index, problem)
}

function parse(file: MigrationFile, index: number, text: string): BackfillDirective {
  const words = [...text.matchAll(word)]
  let at = 0
  const fail = (expected: string): never => {
    const place = words[at]?.index ?? text.trimEnd().length
    throw badDirective(file, index + place, `Expected ${expected} here.`)
  }
  const literal = (...expected: readonly string[]) => {
    for (const each of expected) {
      if (words[at]?.[0] !== each) fail(`"${each}"`)
      at += 1
    }
  }
  const name = (what: string): string => {
    const written = words[at]?.[0] ?? ''
    const isQuoted = /^"(?:[^"]|"")+"$/.test(written)
    if (!isQuoted && !/^[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*$/.test(written)) fail(`the name of ${what}`)
    at += 1
    // An identifier without quotes is folded, as everywhere in SQL.
    return isQuoted ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase()
  }
  const rows = (largest: number): number => {
    const written = words[at]?.[0] ?? ''
    const value = /^\d+$/.test(written) ? Number(written) : 0
    if (value < 1 || value > largest) fail(`a number of rows from 1 to ${largest}`)
    at += 1
    return value
  }
  literal('backfill')
  const table = name('the table')
  literal('by')
  const key = name('its key')
  literal('in', 'batches', 'of')
  const batchRows = rows(largestBatch)
  if (at === words.length) return { table, key, batchRows }
  literal('at', 'most')
  const rowsPerSecond = rows(Number.MAX_SAFE_INTEGER)
  literal('rows', 'a', 'second')
  if (at < words.length) fail('the end of the line')
  return { table, key, batchRows, rowsPerSecond }
}

function badDirective(file: MigrationFile, index: number, problem: string): FreeholdError {
  const { line: lineNumber, column } = locate(file.sql, index)
  return new FreeholdError('FREEHOLD_MIGRATION_BACKFILL', {
    message: `${displayPath(file.path)}:${lineNumber}:${column}: ${problem}\n${excerpt(file.sql, index)}`,
    fix: `Write it as: ${form}`,
    details: { file: file.path, line: lineNumber, column },
  })
}
