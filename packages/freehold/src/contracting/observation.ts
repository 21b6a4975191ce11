import type { Service } from '@freehold/manifest'
import pg from 'pg'
import { statisticsSchema } from '../statistics/statistics-schema.js'
import { contractingSql } from './sql.js'
import type { SentStatement } from './statement-use.js'

/** A statement that a version of the service was seen to send. */
export interface ObservedStatement extends SentStatement {
  readonly version: string
  /** Where in the code, when that is known. */
  readonly sentFrom: string | null
  /** ISO 8601. */
  readonly lastSentAt: string
}

/** What was seen of a service. */
export interface Observation {
  readonly now: Date
  /** Null when nothing was ever seen. */
  readonly observedSince: Date | null
  /** The versions that ran within the time asked for. */
  readonly versions: readonly {
    readonly version: string
    readonly lastSeenAt: string
    /** Texts that there was no room for. */
    readonly unrecorded: number
  }[]
  /** What was sent within the time asked for, the latest first. */
  readonly statements: readonly ObservedStatement[]
}

const undefinedTable = '42P01'
const notLoaded = '55000'
const undefinedColumn = '42703'
const noPrivilege = '42501'

/**
 * Reads what the runtime has recorded of a service.
 *
 * @param session - The migrator's.
 * @param withinMs - How far to look back, in milliseconds.
 */
export async function observe(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  withinMs: number,
): Promise<Observation> {
  const { rows } = await session
    .query<Observation>(contractingSql('observed'), [service.name, withinMs])
    .catch((cause: unknown) => {
      if (cause instanceof pg.DatabaseError && cause.code === undefinedTable) return { rows: [] }
      throw cause
    })
  // A database that was provisioned before statements were recorded has seen none.
  const [seen] = rows
  if (seen === undefined) return { now: new Date(), observedSince: null, versions: [], statements: [] }
  return {
    ...seen,
    versions: seen.versions.map((each) => ({ ...each, lastSeenAt: isoTime(each.lastSeenAt) })),
    statements: seen.statements.map((each) => ({ ...each, lastSentAt: isoTime(each.lastSentAt) })),
  }
}

/** JSON of the server has its times in its own form and zone. */
function isoTime(time: string): string {
  return new Date(time).toISOString()
}

/** Functions of the service that name what is to go; what the step drops itself is left out. */
export async function functionsNaming(
  session: pg.Client,
  schema: string,
  target: { readonly table: string; readonly column?: string },
  dropped: readonly string[],
): Promise<string[]> {
  const values = [schema, target.table, target.column ?? null, dropped]
  const { rows } = await session.query<{ function: string }>(contractingSql('functions'), values)
  return rows.map((row) => row.function)
}

/** What pg_stat_statements has of a role, where it is installed and may be read; else nothing. */
export async function statisticsOf(
  session: pg.Client,
  role: string,
): Promise<{ readonly text: string; readonly since: Date }[]> {
  const schema = await statisticsSchema(session)
  if (schema === undefined) return []
  const unavailable = [undefinedTable, undefinedColumn, notLoaded, noPrivilege]
  const { rows } = await session
    .query<{ text: string; since: Date }>(
      contractingSql('statistics').replaceAll('{schema}', pg.escapeIdentifier(schema)),
      [role],
    )
    .catch((cause: unknown) => {
      if (cause instanceof pg.DatabaseError && unavailable.includes(cause.code ?? '')) return { rows: [] }
      throw cause
    })
  return rows.filter(({ text }) => text !== '<insufficient privilege>')
}
