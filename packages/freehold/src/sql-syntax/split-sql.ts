import type { ParseResult } from 'libpg-query'

/** One of several statements in a text. */
export interface StatementPart {
  readonly text: string
  /** Where it begins in the text, in bytes of UTF-8, as the parser counts. */
  readonly start: number
}

/** The statements of a text, each without its semicolon, as its tree says where they are. */
export function splitSql(sql: string, { stmts = [] }: ParseResult): StatementPart[] {
  const bytes = Buffer.from(sql)
  return stmts.map(({ stmt_location: start = 0, stmt_len: length }) => ({
    text: bytes.toString('utf8', start, length === undefined || length === 0 ? undefined : start + length),
    start,
  }))
}
