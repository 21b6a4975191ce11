import { namesIn, type SqlNames } from './names-in-sql.js'

/**
 * What the body of a function, or of a DO block, speaks of.
 *
 * @returns Undefined for a language that is not SQL or PL/pgSQL, or a text that the parser does not know. `isDynamic`
 *   says that it builds statements at run time, which nobody can read beforehand.
 */
export async function namesInBody(
  language: string,
  text: string,
): Promise<{ readonly names: readonly SqlNames[]; readonly isDynamic: boolean } | undefined> {
  if (language === 'sql') {
    const names = await namesIn(text)
    return names && { names: [names], isDynamic: false }
  }
  if (language !== 'plpgsql') return undefined
  const parser = await import('libpg-query')
  try {
    // Whatever it returns, its statements are the same; a trigger's rows are known only to a trigger.
    const parsed: unknown = await parser.parsePlPgSQL(
      `create function f() returns trigger language plpgsql as ${literal(text)}`,
    )
    const expressions = [...expressionsIn(parsed)]
    const names = await Promise.all(expressions.map(({ query, mode }) => namesIn(asStatement(query, mode))))
    return {
      names: names.filter((each) => each !== undefined),
      isDynamic: JSON.stringify(parsed).includes('PLpgSQL_stmt_dyn'),
    }
  } catch (error) {
    if (parser.hasSqlDetails(error)) return undefined
    throw error
  }
}

function* expressionsIn(node: unknown): Generator<{ query: string; mode: number }> {
  if (typeof node !== 'object' || node === null) return
  const { PLpgSQL_expr: expression } = node as { PLpgSQL_expr?: { query?: string; parseMode?: number } }
  if (expression?.query !== undefined) yield { query: expression.query, mode: expression.parseMode ?? 0 }
  for (const value of Object.values(node)) yield* expressionsIn(value)
}

/** An expression, or an assignment, as a statement that the parser takes. */
function asStatement(query: string, mode: number): string {
  if (mode === 0) return query
  return `select ${mode === 2 ? query : query.replace(/^[^=]*?:?=/, '')}`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`.replace(
    /^/,
    text.includes('\\') ? 'E' : '',
  )
}
