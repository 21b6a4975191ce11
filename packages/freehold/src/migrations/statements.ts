import { createHash } from 'node:crypto'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from './display-path.js'
import { excerpt, indexOfCharacter, locate } from './location.js'
import type { MigrationFile } from './migration-file.js'
import { refusal, runsOutsideTransactions, type ParsedStatement } from './statement-rules.js'

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
  /** The name and schema of the index that it builds without blocking writes. */
  readonly concurrentIndex?: { readonly name: string; readonly schema?: string }
  /** The setting that it changes for the whole session; `all` for RESET ALL. */
  readonly sessionSetting?: string
}

/** A migration that is ready to run. */
export interface ParsedMigration extends MigrationFile {
  readonly statements: readonly Statement[]
  /** False when one of the statements cannot run in a transaction: then none shares one with another. */
  readonly transactional: boolean
}

/**
 * Splits a migration into its statements, with PostgreSQL's own parser.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_SYNTAX` with line and column, `FREEHOLD_MIGRATION_EMPTY`, or
 *   `FREEHOLD_MIGRATION_STATEMENT_REFUSED`.
 */
export async function parseMigration(file: MigrationFile): Promise<ParsedMigration> {
  const parsed = await parse(file)
  if (parsed.length === 0) {
    throw new FreeholdError('FREEHOLD_MIGRATION_EMPTY', {
      message: `${displayPath(file.path)} has no statement.`,
      details: { file: file.path },
    })
  }
  const bytes = Buffer.from(file.sql)
  let position = { byte: 0, index: 0 }
  const statements = parsed.map(({ stmt, stmt_location: start = 0, stmt_len: length }): Statement => {
    const index = position.index + bytes.toString('utf8', position.byte, start).length
    position = { byte: start, index }
    const text = bytes.toString('utf8', start, length ? start + length : undefined)
    const node = stmt ?? {}
    refuse(file, index, node)
    return {
      text,
      index,
      line: locate(file.sql, index).line,
      checksum: createHash('sha256').update(text).digest('hex'),
      ...factsOf(node),
    }
  })
  return { ...file, statements, transactional: !statements.some((statement) => statement.outsideTransaction) }
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

type Facts = Pick<Statement, 'outsideTransaction' | 'concurrentIndex' | 'sessionSetting'>

function factsOf(statement: ParsedStatement): Facts {
  const { IndexStmt: index, VariableSetStmt: setting } = statement
  const name = index?.concurrent ? index.idxname : undefined
  const schema = index?.relation?.schemaname
  return {
    outsideTransaction: runsOutsideTransactions(statement),
    ...(setting && !setting.is_local && { sessionSetting: setting.name ?? 'all' }),
    ...(name !== undefined && { concurrentIndex: { name, ...(schema !== undefined && { schema }) } }),
  }
}
