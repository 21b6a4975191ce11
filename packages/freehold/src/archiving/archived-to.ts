import type { LogName } from '@freehold/proof'
import type pg from 'pg'

/** The last position of a log that was archived; 0 when all of it is there. */
export async function archivedTo(client: pg.Client, { service, log }: LogName): Promise<number> {
  const { rows } = await client.query<{ position: string }>(
    'select coalesce(max(a.last_position), 0) as position from freehold.archive a where a.service = $1 and a.log = $2',
    [service, log],
  )
  return Number(rows[0]?.position ?? 0)
}
