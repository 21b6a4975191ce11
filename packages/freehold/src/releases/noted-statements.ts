import type { RecordedStatement } from '@freehold/manifest'
import type pg from 'pg'
import type { Recorded } from './recordings.js'

/** What a database knows of the statements of a version. */
export interface Noted {
  readonly statements: RecordedStatement[]
  /** How many could not be kept whole: a text that was cut cannot be checked. */
  readonly cut: number
  /** How many statements there was no room for. */
  readonly unrecorded: number
}

/**
 * Reads what the processes of a version noted in the database of their service.
 *
 * @param client - A connection as the migrator, the owner or the administrator.
 */
export async function notedStatements(client: pg.Client, { service, version }: Recorded): Promise<Noted> {
  const { rows } = await client.query<{
    text: string
    parameters: string[]
    sent_from: string | null
    is_named: boolean
    is_cut: boolean
  }>(
    `select u.text, u.parameter_kinds as parameters, u.sent_from, u.is_named, u.is_cut
     from freehold.statement_uses u
     where u.service = $1 and u.version = $2
     order by u.text collate "C"`,
    [service, version],
  )
  const { rows: versions } = await client.query<{ unrecorded: number }>(
    'select v.unrecorded::float8 as unrecorded from freehold.service_versions v where v.service = $1 and v.version = $2',
    [service, version],
  )
  const whole = rows.filter(({ is_cut }) => !is_cut)
  return {
    statements: whole.map(({ text, parameters, sent_from, is_named }) => ({
      text,
      parameters,
      ...(sent_from !== null && { sentFrom: sent_from }),
      ...(is_named && { isNamed: true }),
    })),
    cut: rows.length - whole.length,
    unrecorded: versions[0]?.unrecorded ?? 0,
  }
}
