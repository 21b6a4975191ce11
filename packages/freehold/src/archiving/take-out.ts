import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { ArchiveContent } from './archive-file.js'
import type { LogName } from '@freehold/proof'
import type { Partition } from './partition.js'

/** What is recorded of a partition that goes. */
export interface ArchiveRecord extends LogName {
  readonly partition: Partition
  readonly lastPosition: number
  readonly backedUpTo: number
  readonly file: string
  readonly content: ArchiveContent
  readonly who: string
}

// Shorter than PostgreSQL takes to look for deadlocks: whoever stands in the way is let go first.
const lockTimeout = '250ms'

/** A session that has a log in use. */
interface Holder {
  readonly pid: number
  readonly name: string
  readonly since: Date
}

/**
 * Takes a partition out of its log and records where it is, in one short transaction. A row that came meanwhile, or a
 * transaction that has the log in use for long, stops it.
 *
 * @param patienceMs - How long it is tried while transactions have the log in use.
 */
export async function takeOut(client: pg.Client, record: ArchiveRecord, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    await client.query(
      `begin; set local lock_timeout to '${lockTimeout}'; set local synchronous_commit to on`,
    )
    try {
      await takeOutNow(client, record)
      await client.query('commit')
      return
    } catch (error) {
      await client.query('rollback')
      const isLocked = error instanceof pg.DatabaseError && error.code === '55P03'
      if (!isLocked) throw error
      const holders = await holdersOf(client, record.partition)
      if (performance.now() >= deadline) throw busy(record, holders, error)
      await sleep(100 + Math.random() * 200)
    }
  }
}

async function takeOutNow(client: pg.Client, record: ArchiveRecord): Promise<void> {
  const { service, log, partition, lastPosition, backedUpTo, file, content, who } = record
  const { qualified, log: table, fromSeq, toSeq, firstPosition } = partition
  // Nobody writes into it from here on; readers go on, and so do those who write elsewhere in the log.
  await client.query(`lock table ${qualified} in share mode`)
  const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${qualified}`)
  if (Number(rows[0]?.rows) !== content.rows) {
    throw new FreeholdError('FREEHOLD_ARCHIVE_REFUSED', {
      message: `${qualified} got a row while it was archived: a transaction wrote it late. Archive it again.`,
      details: { service, log, partition: partition.name },
    })
  }
  await client.query(`alter table ${table} detach partition ${qualified}; drop table ${qualified}`)
  await client.query(
    `insert into freehold.archive (
       service, log, from_seq, to_seq, row_count, first_position, last_position, backed_up_to, file, file_sha256, rows_sha256, who
     )
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      service,
      log,
      fromSeq,
      toSeq,
      content.rows,
      firstPosition ?? null,
      lastPosition,
      backedUpTo,
      file,
      content.fileSha256,
      content.rowsSha256,
      who,
    ],
  )
}

/** Who has the log or the partition in use, the oldest transaction first. */
async function holdersOf(client: pg.Client, { qualified, log }: Partition): Promise<Holder[]> {
  const { rows } = await client.query<Holder>(
    `select distinct a.pid, coalesce(nullif(a.application_name, ''), a.usename, a.backend_type) as name, a.xact_start as since
     from pg_locks l
     join pg_stat_activity a on a.pid = l.pid
     where l.relation in ($1::regclass, $2::regclass) and l.granted and a.pid <> pg_backend_pid()
     order by a.xact_start`,
    [log, qualified],
  )
  return rows
}

function busy(
  { service, log, partition }: ArchiveRecord,
  holders: readonly Holder[],
  cause: unknown,
): FreeholdError {
  const names = holders.map(({ pid, name, since }) => `${name} (process ${pid}) since ${since.toISOString()}`)
  const who = names.length > 0 ? names.join(', ') : 'transactions that have ended by now'
  return new FreeholdError('FREEHOLD_ARCHIVE_BUSY', {
    message: `${partition.qualified} could not be taken out of the log, which was in use by ${who}.`,
    details: { service, log, partition: partition.name, holders },
    cause,
  })
}
