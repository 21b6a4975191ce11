import type { Service } from '@freehold/manifest'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { archivedTo } from '../archiving/index.js'
import { sqlFile } from '../provisioning/sql-files.js'
import { binaryRows } from './binary-rows.js'
import type { LogSource, SourceColumn, SourceRow, SourceSegment, StrayRow } from './log-source.js'

interface SegmentRow {
  readonly number: string
  readonly epoch: string
  readonly first_position: string
  readonly row_count: number
  readonly seqs: string
  readonly columns: string[] | null
  readonly root: Buffer | null
  readonly hash: Buffer | null
  readonly marks: Buffer | null
}

/** Which settings the texts of values are written with, see `rowBytes`. */
const settings = `set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC';
  set bytea_output = 'hex'; set extra_float_digits = 1; set lc_monetary = 'C'; set client_encoding = 'UTF8'`

/**
 * A log of a live database.
 *
 * @param client - The administrator's, in a transaction with one snapshot, so that what is written meanwhile is not
 *   taken for what was forged.
 */
export async function liveLog(client: pg.Client, service: Service, log: string): Promise<LogSource> {
  await client.query(settings)
  const table = `${pg.escapeIdentifier(service.schema)}.${pg.escapeIdentifier(log)}`
  const columns = await columnsOf(client, table)
  const archived = await archivedTo(client, { service: service.name, log })
  const named = [service.name, log]
  const [segments, strays, rows] = ['segments', 'strays', 'rows'].map((name) =>
    sqlFile(`verifying/${name}.sql`),
  ) as [string, string, string]
  return {
    service: service.name,
    log,
    columns,
    archivedTo: archived,
    async hashes() {
      const { rows } = await client.query<{ hash: Buffer }>(
        'select p.hash from freehold.segment_proof p where p.service = $1 and p.log = $2 order by p.number',
        named,
      )
      return rows.map(({ hash }) => hash)
    },
    async segments(from, to) {
      const { rows: found } = await client.query<SegmentRow>(segments, [...named, from, to])
      return found.map(segmentOf)
    },
    async lastSegment() {
      const { rows } = await client.query<{ number: string }>(
        'select coalesce(max(s.number), 0) as number from freehold.segment s where s.service = $1 and s.log = $2',
        named,
      )
      return Number(rows[0]?.number ?? 0)
    },
    async checkpoints(from) {
      const { rows } = await client.query<{ size: string; note: string }>(
        'select c.size, c.note from freehold.checkpoint c where c.service = $1 and c.log = $2 and c.size >= $3 order by c.size',
        [...named, from],
      )
      return rows.map(({ size, note }) => ({ size: Number(size), note }))
    },
    rows: (chosen, names) => rowsOf(client, rows, { service: service.name, log, table }, chosen, names),
    async strays() {
      const { rows } = await client.query<{ seq: string }>(
        strays.replace('from %s l', () => `from ${table} l`),
        named,
      )
      return rows.map(({ seq }): StrayRow => ({ seq: Number(seq) }))
    },
  }
}

async function columnsOf(client: pg.Client, table: string): Promise<SourceColumn[]> {
  const { rows } = await client.query<{ name: string; is_json: boolean }>(
    `select a.attname::text as name, a.atttypid = 'jsonb'::regtype as is_json
     from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
    [table],
  )
  return rows.map(({ name, is_json }) => ({ name, isJson: is_json }))
}

function segmentOf(row: SegmentRow): SourceSegment {
  const { number, epoch, first_position, row_count, seqs, columns, root, hash, marks } = row
  const isSigned = columns !== null && root !== null && hash !== null && marks !== null
  return {
    number: Number(number),
    epoch,
    firstPosition: Number(first_position),
    rows: row_count,
    seqs,
    proof: isSigned ? { columns, root, hash, marks } : undefined,
  }
}

async function* rowsOf(
  client: pg.Client,
  sql: string,
  { service, log, table }: { service: string; log: string; table: string },
  segments: readonly SourceSegment[],
  columns: readonly string[],
): AsyncGenerator<SourceRow> {
  const parts = [
    pg.escapeLiteral(service),
    pg.escapeLiteral(log),
    table,
    `${segments[0]?.number ?? 0}`,
    `${segments.at(-1)?.number ?? 0}`,
    columns.map((name) => `r.${pg.escapeIdentifier(name)}::text`).join(', '),
  ]
  const text = sql
    .replace(/^--.*\n/gm, '')
    .replaceAll(/%(\d)\$s/g, (_, place: string) => parts[Number(place) - 1] ?? '')
  for await (const row of binaryRows(client.query(copyTo(text)))) yield row
}
