import type pg from 'pg'
import type { Change, ChangeAction } from './plan.js'
import { sqlFile } from './sql-files.js'

interface DriftRow {
  readonly action?: ChangeAction
  readonly kind?: string
  readonly object: string
  readonly summary: string
  readonly repair: string | null
}

const actionOfKind: Readonly<Record<string, ChangeAction>> = { grant: 'grant', revoke: 'revoke' }

/**
 * Asks the server what differs, by one of the questions in `sql/drift`.
 *
 * @param where - The server, and the database unless the question is about the whole server.
 */
export async function drift(
  client: pg.Client,
  question: string,
  values: readonly unknown[],
  where: Pick<Change, 'server' | 'database'>,
): Promise<Change[]> {
  const { rows } = await client.query<DriftRow>(sqlFile(`drift/${question}.sql`), [...values])
  return rows.map(({ action, kind = '', object, summary, repair }) => ({
    action: repair === null ? 'problem' : (action ?? actionOfKind[kind] ?? 'alter'),
    ...where,
    object,
    summary,
    sql: repair ?? '',
  }))
}
