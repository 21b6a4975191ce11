import { CompiledQuery } from 'kysely'
import type { NamedStatement } from '../database/index.js'

/** A compiled query that keeps the name under which its text is to be prepared. */
export interface NamedQuery<R> extends CompiledQuery<R> {
  readonly name?: string
}

/** A statement as Kysely's executors take it. */
export function namedQuery<R>(
  statement: string | NamedStatement,
  values?: readonly unknown[],
): NamedQuery<R> {
  if (typeof statement === 'string') return CompiledQuery.raw(statement, [...(values ?? [])])
  const { name, text, values: own = [] } = statement
  const query = CompiledQuery.raw(text, [...(values ?? own)]) as NamedQuery<R>
  return name === undefined ? query : { ...query, name }
}
