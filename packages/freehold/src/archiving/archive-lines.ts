import type pg from 'pg'
import { sqlFile } from '../provisioning/sql-files.js'
import type { ArchiveHead } from './archive-file.js'
import type { LogName } from '@freehold/proof'
import type { Partition } from './partition.js'

/** The first line of the archive of a partition. */
export async function headOf(
  client: pg.Client,
  { service, log }: LogName,
  part: Partition,
): Promise<ArchiveHead> {
  const { fromSeq, toSeq } = part
  const { rows } = await client.query<{ segments: unknown[] }>(
    `select coalesce(jsonb_agg(to_jsonb(s) order by s.number), '[]') as segments
     from freehold.segment s
     where s.service = $1 and s.log = $2 and s.seqs && int8range($3, $4)`,
    [service, log, fromSeq, toSeq],
  )
  return { freehold: 'archive', version: 1, service, log, fromSeq, toSeq, segments: rows[0]?.segments ?? [] }
}

const fetched = 1_000

/** The other lines, in the order of their seqs. Within a transaction. */
export async function* linesOf(
  client: pg.Client,
  { service, log }: LogName,
  part: Partition,
): AsyncGenerator<string> {
  await client.query(
    `declare archive_lines no scroll cursor for ${withLines(part)} select l.line from lines l order by l.seq`,
    [service, log, part.fromSeq, part.toSeq],
  )
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${fetched} from archive_lines`)
    for (const { line } of rows) yield line
    if (rows.length < fetched) return
  }
}

/** What the digest of the lines must be, from the table as it is now. */
export async function rowsSha256(
  client: pg.Client,
  { service, log }: LogName,
  part: Partition,
): Promise<string> {
  const { rows } = await client.query<{ digest: string }>(
    `${withLines(part)}
     select encode(sha256(coalesce(string_agg(sha256(convert_to(l.line, 'UTF8')), ''::bytea order by l.seq), '')), 'hex') as digest
     from lines l`,
    [service, log, part.fromSeq, part.toSeq],
  )
  return rows[0]?.digest ?? ''
}

function withLines({ qualified }: Partition): string {
  return `${sqlFile('archive/runs.sql')}, ${sqlFile('archive/lines.sql').replaceAll('%PARTITION%', qualified)}`
}
