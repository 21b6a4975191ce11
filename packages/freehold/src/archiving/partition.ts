import type { LogName } from '@freehold/proof'
import type pg from 'pg'
import { sqlFile } from '../provisioning/sql-files.js'

/** A partition of a log. */
export interface Partition {
  readonly name: string
  /** Its name and that of its log, with the schema, as SQL writes them. */
  readonly qualified: string
  readonly log: string
  readonly fromSeq: number
  /** The seq with which the next one begins. */
  readonly toSeq: number
  readonly bytes: number
  /** Whether all its seqs were drawn. */
  readonly isFull: boolean
  readonly rows: number
  /** How many of them are sealed. */
  readonly sealed: number
  readonly firstPosition: number | undefined
  readonly lastPosition: number | undefined
  readonly lastAt: Date | undefined
}

/** @returns The partitions of a log, oldest first; none where it is a plain table. */
export async function partitionsOf(client: pg.Client, { service, log }: LogName): Promise<Partition[]> {
  const { rows } = await client.query<
    Record<'name' | 'qualified' | 'log' | 'from_seq' | 'to_seq' | 'bytes' | 'drawn', string>
  >(sqlFile('archive/partitions.sql'), [service, log])
  const found: Partition[] = []
  for (const { name, qualified, log: table, from_seq, to_seq, bytes, drawn } of rows) {
    const [fromSeq, toSeq] = [Number(from_seq), Number(to_seq)]
    const isFull = Number(drawn) >= toSeq - 1
    const part = { name, qualified, log: table, fromSeq, toSeq, bytes: Number(bytes), isFull }
    found.push({ ...part, ...(await contentOf(client, { service, log }, part)) })
  }
  return found
}

type Content = Pick<Partition, 'rows' | 'sealed' | 'firstPosition' | 'lastPosition' | 'lastAt'>

async function contentOf(
  client: pg.Client,
  { service, log }: LogName,
  { qualified, fromSeq, toSeq }: Pick<Partition, 'qualified' | 'fromSeq' | 'toSeq'>,
): Promise<Content> {
  const { rows } = await client.query<{
    rows: string
    last_at: Date | null
    sealed: string
    first_position: string | null
    last_position: string | null
  }>(
    `${sqlFile('archive/runs.sql')}
     select p.rows, p.last_at, r.sealed, r.first_position, r.last_position
     from (select count(*) as rows, max(l.at) as last_at from ${qualified} l) p
     cross join (
       select coalesce(sum(high - low), 0) as sealed, min(low + shift) as first_position, max(high - 1 + shift) as last_position
       from runs
     ) r`,
    [service, log, fromSeq, toSeq],
  )
  const [row] = rows
  const position = (text: string | null | undefined): number | undefined => (text ? Number(text) : undefined)
  return {
    rows: Number(row?.rows ?? 0),
    sealed: Number(row?.sealed ?? 0),
    firstPosition: position(row?.first_position),
    lastPosition: position(row?.last_position),
    lastAt: row?.last_at ?? undefined,
  }
}
