import type pg from 'pg'
import type { NamedStatement } from '../database/index.js'
import type { Recorder } from './recorder.js'

type Query = (...args: unknown[]) => unknown

/**
 * Has a recorder hear of whatever is sent through a pool, by whomever: at `query` of its clients, where the runtime, query
 * builders and `pool.query` of `pg` all pass.
 */
export function listen(pool: pg.Pool, recorder: Recorder): void {
  pool.on('connect', (client) => listenTo(client, recorder))
  const query = Reflect.get(pool, 'query') as Query
  // It goes on in a callback, when there is a client: then nothing tells any more who has called it.
  const heard: Query = (...args) => {
    for (const statement of statementsOf(args)) recorder.expect(statement)
    return query.apply(pool, args)
  }
  pool.query = heard as unknown as typeof pool.query
}

function listenTo(client: pg.PoolClient, recorder: Recorder): void {
  const query = Reflect.get(client, 'query') as Query
  const heard: Query = (...args) => {
    for (const statement of statementsOf(args)) recorder.note(statement)
    return query.apply(client, args)
  }
  client.query = heard as unknown as typeof client.query
}

/** What may be among the arguments of `query`: a text, a configuration, or a query that sends itself. */
interface Sent {
  readonly text?: unknown
  readonly values?: unknown
  readonly name?: unknown
  readonly statements?: readonly NamedStatement[]
}

function statementsOf([first, second]: readonly unknown[]): readonly NamedStatement[] {
  if (typeof first === 'string') return [{ text: first, ...valuesOf(second) }]
  if (typeof first !== 'object' || first === null) return []
  const { text, values, name, statements }: Sent = first
  // A group, or several in one text: the text of the whole says nothing.
  if (statements !== undefined) return statements
  if (typeof text !== 'string') return []
  return [
    {
      text,
      ...valuesOf(values ?? second),
      ...(typeof name === 'string' && name !== '' && { name }),
    },
  ]
}

function valuesOf(values: unknown): { values?: readonly unknown[] } {
  return Array.isArray(values) ? { values } : {}
}
