import pg from 'pg'
import type { Outcome, SideSession } from './side.js'
import type { Value } from './values.js'

/** A statement that is prepared in sessions of both schemas, under the same name. */
export interface Prepared {
  readonly name: string
  readonly text: string
  readonly parameterCount: number
}

/** Prepares it. */
export function prepare(
  session: SideSession,
  { name, text }: Omit<Prepared, 'parameterCount'>,
): Promise<Outcome> {
  return session.attempt(`prepare ${name} as ${text}\n`)
}

/** Plans it for whatever values. */
export function explain(session: SideSession, { name, text, parameterCount }: Prepared): Promise<Outcome> {
  const nulls = Array.from({ length: parameterCount }, () => 'null')
  return session.attempt(
    session.version >= 160_000
      ? `explain (generic_plan) ${text}\n`
      : `explain execute ${name}${inParentheses(nulls)}`,
  )
}

/**
 * Executes it, and takes back what it did.
 *
 * @param before - Statements to run before it, in the same transaction.
 */
export function execute(
  session: SideSession,
  { name }: Prepared,
  values: readonly Value[],
  before: string,
): Promise<Outcome> {
  return session.attemptAndUndo(`execute ${name}${inParentheses(values.map(literal))}`, before)
}

/** Prepares it where that was done before, on a schema that has changed since; then goes on. */
export async function anew(
  session: SideSession,
  prepared: Prepared,
  next?: () => Promise<Outcome>,
): Promise<Outcome> {
  await session.attempt(`deallocate ${prepared.name}`)
  const first = await prepare(session, prepared)
  return first.ok && next ? next() : first
}

/** The types of its parameters, as the server found them: their OIDs. */
export async function parameterTypes(session: SideSession, { name }: Prepared): Promise<number[]> {
  const rows = await session.ask<{ types: number[] }>(
    `select array(select t::oid::bigint from unnest(parameter_types) as t) as types from pg_prepared_statements where name = '${name}'`,
  )
  return (rows[0]?.types ?? []).map(Number)
}

/** A value in a statement. */
export function literal(value: Value): string {
  return value === null ? 'null' : pg.escapeLiteral(value)
}

function inParentheses(list: readonly string[]): string {
  return list.length === 0 ? '' : `(${list.join(', ')})`
}
