import { createHash } from 'node:crypto'
import { FreeholdError } from '@freehold/manifest/errors'
import { parseDirectives, type MigrationDirectives } from './directives.js'
import { displayPath } from './display-path.js'
import { excerpt, indexOfCharacter, locate } from './location.js'
import type { MigrationFile } from './migration-file.js'
import { backfillBetween, requireBatchable, type BackfillDirective } from './backfills/directive.js'
import { outsideTransaction, type OutsideStatement } from './outside-transaction.js'
import { nodesBelow, type ParsedStatement } from './parsed-statement.js'
import { refusal } from './statement-rules.js'

/** One statement of a migration. */
export interface Statement {
  readonly text: string
  /** Where it begins in the file's text. */
  readonly index: number
  /** The line it begins on, from 1. */
  readonly line: number
  /** SHA-256 of its text, in hexadecimal. */
  readonly checksum: string
  /** PostgreSQL refuses it inside a transaction. */
  readonly outsideTransaction: boolean
  /** What it is, when it is outside; how far it came is known by that. */
  readonly outside?: OutsideStatement
  /** How it runs in batches. */
  readonly backfill?: BackfillDirective
  /** The setting that it changes for the whole session; `all` for RESET ALL. */
  readonly sessionSetting?: string
}

/** A migration that is ready to run. */
export interface ParsedMigration extends MigrationFile {
  readonly statements: readonly Statement[]
  /**
   * False when the statements cannot run in one transaction: then none shares one with another. So it is where
   * PostgreSQL refuses a transaction, where a backfill goes by batches, and where a label of an enum is used that an
   * earlier statement adds.
   */
  readonly transactional: boolean
  /** What it says of itself at its head. */
  readonly directives: MigrationDirectives
}

/**
 * Splits a migration into its statements, with PostgreSQL's own parser.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_SYNTAX` with line and column, `FREEHOLD_MIGRATION_EMPTY`,
 *   `FREEHOLD_MIGRATION_DIRECTIVE`, `FREEHOLD_MIGRATION_STATEMENT_REFUSED` or `FREEHOLD_MIGRATION_BACKFILL`.
 */
export async function parseMigration(file: MigrationFile): Promise<ParsedMigration> {
  const parsed = await parse(file)
  if (parsed.length === 0) {
    throw new FreeholdError('FREEHOLD_MIGRATION_EMPTY', {
      message: `${displayPath(file.path)} has no statement.`,
      details: { file: file.path },
    })
  }
  const directives = parseDirectives(file)
  const bytes = Buffer.from(file.sql)
  let position = { byte: 0, index: 0 }
  let end = 0
  const statements = parsed.map(({ stmt, stmt_location: start = 0, stmt_len: length }): Statement => {
    const index = position.index + bytes.toString('utf8', position.byte, start).length
    position = { byte: start, index }
    const text = bytes.toString('utf8', start, length ? start + length : undefined)
    const node = stmt ?? {}
    refuse(file, index, node)
    const backfill = backfillBetween(file, end, index)
    if (backfill) requireBatchable(file, backfill.index, node)
    end = index + text.length
    return {
      text,
      index,
      line: locate(file.sql, index).line,
      checksum: createHash('sha256').update(text).digest('hex'),
      ...factsOf(node),
      ...(backfill && { backfill: backfill.directive }),
    }
  })
  const left = backfillBetween(file, end, file.sql.length)
  if (left) requireBatchable(file, left.index, undefined)
  const isApart = statements.some(({ outside, backfill }) => outside ?? backfill)
  return { ...file, directives, statements, transactional: !isApart && !usesItsOwnLabels(parsed) }
}

/** A label of an enum can be used only when the transaction that added it has committed. */
function usesItsOwnLabels(parsed: readonly ParsedRaw[]): boolean {
  const added: string[] = []
  for (const { stmt } of parsed) {
    if (added.length > 0 && stringsOf(stmt).some((text) => added.some((label) => speaksOf(text, label))))
      return true
    const { newVal, oldVal } = stmt?.AlterEnumStmt ?? {}
    if (newVal !== undefined && oldVal === undefined) added.push(newVal)
  }
  return false
}

/** The constants of a statement, and the code of a DO. */
function stringsOf(statement: ParsedStatement | undefined): string[] {
  if (statement?.CreateFunctionStmt) return []
  return [...nodesBelow(statement)].flatMap(([kind, node]) => {
    const { sval = '' } = node as { sval?: string }
    return kind === 'sval' || (kind === 'String' && statement?.DoStmt) ? [sval] : []
  })
}

function speaksOf(text: string, label: string): boolean {
  return text === label || text.includes(`'${label}'`) || (text.startsWith('{') && text.includes(label))
}

async function parse(file: MigrationFile): Promise<readonly ParsedRaw[]> {
  // The parser is a module of a megabyte, and most runs have nothing to parse.
  const parser = await import('libpg-query')
  // An empty text is no error of syntax, though the parser takes it for one.
  if (file.sql.trim() === '') return []
  try {
    return (await parser.parse(file.sql)).stmts ?? []
  } catch (cause) {
    if (!parser.hasSqlDetails(cause)) throw cause
    const { message, cursorPosition } = cause.sqlDetails ?? { message: cause.message, cursorPosition: 0 }
    const index = indexOfCharacter(file.sql, cursorPosition)
    const { line, column } = locate(file.sql, index)
    throw new FreeholdError('FREEHOLD_MIGRATION_SYNTAX', {
      message: `${displayPath(file.path)}:${line}:${column}: ${message}\n${excerpt(file.sql, index)}`,
      details: { file: file.path, line, column, sqlstate: '42601' },
      cause,
    })
  }
}

interface ParsedRaw {
  readonly stmt?: ParsedStatement
  readonly stmt_location?: number
  readonly stmt_len?: number
}

function refuse(file: MigrationFile, index: number, statement: ParsedStatement): void {
  const reason = refusal(statement)
  if (!reason) return
  const { line, column } = locate(file.sql, index)
  throw new FreeholdError('FREEHOLD_MIGRATION_STATEMENT_REFUSED', {
    message: `${displayPath(file.path)}:${line}:${column}: ${reason.message}\n${excerpt(file.sql, index)}`,
    fix: reason.fix,
    details: { file: file.path, line, column, statement: reason.statement },
  })
}

type Facts = Pick<Statement, 'outsideTransaction' | 'outside' | 'sessionSetting'>

function factsOf(statement: ParsedStatement): Facts {
  const { VariableSetStmt: setting } = statement
  const outside = outsideTransaction(statement)
  return {
    outsideTransaction: outside !== undefined,
    ...(outside && { outside }),
    ...(setting && !setting.is_local && { sessionSetting: setting.name ?? 'all' }),
  }
}
