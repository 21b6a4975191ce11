import pg from 'pg'
import type { CourseState } from 'freehold'
import { role, type Case, type SentStatement } from './cases.js'

/** What really happened to a statement when the schema changed under it. */
export interface Broken {
  readonly statement: string
  readonly why: string
}

/**
 * Finds out what a migration breaks, by doing it: every statement is sent with its real values, as the service's
 * role, before and after. What worked and fails, finds no row any more, or gives a program another
 * kind of value under a name, or no such name, is broken.
 *
 * @param state - At the old schema, with rows. It is at the new one afterwards.
 */
export async function truthOf(state: CourseState, { statements }: Case): Promise<Broken[]> {
  const kept = await clientOf(state)
  try {
    const before = await sendAll(kept, statements)
    await state.goOn()
    // A connection keeps plans from before; another one has none. A service has both.
    const after = [await sendAll(kept, statements)]
    const anew = await clientOf(state)
    after.push(await sendAll(anew, statements).finally(() => anew.end()))
    return statements.flatMap(({ text }, index) => {
      const why = after
        .map((sent) => difference(before[index], sent[index]))
        .find((each) => each !== undefined)
      return why === undefined ? [] : [{ statement: text, why }]
    })
  } finally {
    await kept.end()
  }
}

async function clientOf({ side }: CourseState): Promise<pg.Client> {
  const client = new pg.Client(side.url)
  await client.connect()
  await client.query(`set session authorization ${role}`)
  return client
}

type Sent = pg.QueryResult<Record<string, unknown>> | Error

async function sendAll(client: pg.Client, statements: readonly SentStatement[]): Promise<Sent[]> {
  const sent: Sent[] = []
  for (const [index, { text, values, isNamed }] of statements.entries()) {
    await client.query('begin')
    sent.push(
      await client
        .query<Record<string, unknown>>({ text, values: [...values], ...(isNamed && { name: `s${index}` }) })
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    )
    await client.query('rollback')
  }
  return sent
}

function difference(before: Sent | undefined, after: Sent | undefined): string | undefined {
  if (before === undefined || after === undefined || before instanceof Error) return undefined
  if (after instanceof Error) return after.message
  if ((before.rowCount ?? 0) > 0 && after.rowCount === 0) return 'no row any more'
  for (const [name, kind] of kindsIn(before)) {
    const now = kindsIn(after).get(name)
    if (!after.fields.some((field) => field.name === name)) return `no "${name}" any more`
    if (kind !== undefined && now !== undefined && now !== kind) return `"${name}" was ${kind} and is ${now}`
  }
  return undefined
}

function kindsIn({ fields, rows }: pg.QueryResult<Record<string, unknown>>): Map<string, string | undefined> {
  return new Map(
    fields.flatMap(({ name }) => {
      const value = rows.map((row) => row[name]).find((each) => each !== null && each !== undefined)
      if (rows.length > 0 && value === undefined) return [[name, undefined] as const]
      return [[name, value === undefined ? undefined : kindOf(value)] as const]
    }),
  )
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value
}
