import type { ParseResult } from 'libpg-query'

/** A text of SQL, as PostgreSQL's parser takes it: its tree, or what is wrong with it. */
export type ParsedSql =
  | { readonly tree: ParseResult; readonly problem?: never }
  | { readonly tree?: never; readonly problem: string }

/** Parses with PostgreSQL's own parser. A text without a statement has none, also the empty one, which that refuses. */
export async function parseSql(text: string): Promise<ParsedSql> {
  // The parser is a module of a megabyte, and most runs have nothing to parse.
  const parser = await import('libpg-query')
  if (text === '') return { tree: { version: 0, stmts: [] } }
  try {
    return { tree: await parser.parse(text) }
  } catch (cause) {
    if (!parser.hasSqlDetails(cause)) throw cause
    return { problem: cause.message }
  }
}
