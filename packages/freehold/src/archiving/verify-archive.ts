import { databaseOf, serviceNamed } from '@freehold/manifest'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { broken, readArchive } from './archive-file.js'

/**
 * Sees that an archive is what the database recorded, and that the database still has its segments.
 *
 * @throws FreeholdError `FREEHOLD_ARCHIVE_DIFFERS`
 */
export async function verifyArchive(
  context: Pick<ProvisioningContext, 'system' | 'servers'>,
  file: string,
): Promise<{ service: string; log: string; rows: number; segments: number }> {
  const content = await readArchive(file)
  const { service, log, fromSeq, segments } = content.head
  const database = databaseOf(context.system, serviceNamed(context.system, service))
  await asAdministrator(context.servers.urlFor(service), database, async (client) => {
    await client.query("set timezone to 'utc'")
    const { rows } = await client.query<{ rows_sha256: string; row_count: string; same: boolean }>(
      `select a.rows_sha256, a.row_count,
         $4::jsonb = (
           select coalesce(jsonb_agg(to_jsonb(s) order by s.number), '[]') from freehold.segment s
           where s.service = $1 and s.log = $2 and s.seqs && int8range(a.from_seq, a.to_seq)
         ) as same
       from freehold.archive a
       where a.service = $1 and a.log = $2 and a.from_seq = $3`,
      [service, log, fromSeq, JSON.stringify(segments)],
    )
    const [record] = rows
    if (record === undefined) throw broken(file, 'the database has no record of it')
    if (record.rows_sha256 !== content.rowsSha256 || Number(record.row_count) !== content.rows)
      throw broken(file, 'its rows are not those that were taken out of the log')
    if (!record.same) throw broken(file, 'its segments are not those of the database')
  })
  return { service, log, rows: content.rows, segments: segments.length }
}
