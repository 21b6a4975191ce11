import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Service, System } from '@freehold/manifest'
import pg from 'pg'
import type { OnMigrationProgress } from './progress.js'
import { runnerSql } from './sql.js'
import { toolVersion } from '../config/tool-version.js'

const pollEveryMs = 250
const reportEveryMs = 2_000
const insufficientPrivilege = '42501'

/** What a run waits for, and how long. */
export interface LockOptions {
  readonly system: Pick<System, 'name'>
  readonly service: Pick<Service, 'name'>
  /** In milliseconds. */
  readonly waitMs: number
  readonly onProgress?: OnMigrationProgress | undefined
}

/**
 * Takes the service's lock for as long as the session lives; the server frees it when the process dies.
 *
 * The lock is asked for again and again instead of waited for: a statement that waits holds a snapshot,
 * and CREATE INDEX CONCURRENTLY of the run that has the lock would wait for that snapshot for ever.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_LOCKED`, naming the process of the server that holds it.
 */
export async function lockService(session: pg.Client, options: LockOptions): Promise<void> {
  const { system, service, waitMs, onProgress } = options
  const key = lockKey(system, service)
  const started = performance.now()
  for (let reported = -reportEveryMs; ;) {
    const { rows } = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      key,
    ])
    if (rows[0]?.locked === true) {
      await session.query('insert into freehold.migration_runs (service, tool_version) values ($1, $2)', [
        service.name,
        toolVersion(),
      ])
      return
    }
    const waitedMs = performance.now() - started
    if (waitedMs - reported >= reportEveryMs || waitedMs + pollEveryMs > waitMs) {
      reported = waitedMs
      const holderPid = await holderOf(session, service, key)
      if (waitedMs + pollEveryMs > waitMs) throw locked(service, waitMs, holderPid)
      onProgress?.({ kind: 'waiting', waitedMs, ...(holderPid !== undefined && { holderPid }) })
    }
    await sleep(pollEveryMs)
  }
}

/** The key of the service's advisory lock. The services of one database have different keys. */
export function lockKey(system: Pick<System, 'name'>, service: Pick<Service, 'name'>): string {
  const digest = createHash('sha256').update(`freehold migrations\0${system.name}\0${service.name}`).digest()
  return digest.readBigInt64BE().toString()
}

async function holderOf(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  key: string,
): Promise<number | undefined> {
  try {
    const { rows } = await session.query<{ pid: number }>(runnerSql('lock-holder'), [key])
    return rows[0]?.pid
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === insufficientPrivilege)) throw error
    // A hardened server hides pg_locks. Whoever holds the lock has written down that it does.
    const { rows } = await session.query<{ pid: number }>(
      'select pid from freehold.migration_runs where service = $1 order by started_at desc limit 1',
      [service.name],
    )
    return rows[0]?.pid
  }
}

function locked(
  service: Pick<Service, 'name'>,
  waitMs: number,
  holderPid: number | undefined,
): FreeholdError {
  const holder = holderPid === undefined ? 'Another run' : `Another run (server process ${holderPid})`
  const ending = 'Wait for it, or end it: its lock goes with its process'
  return new FreeholdError('FREEHOLD_MIGRATION_LOCKED', {
    message: `${holder} migrates "${service.name}" and did not end within ${Math.round(waitMs / 1000)} s.`,
    fix:
      holderPid === undefined ? `${ending}.` : `${ending}, or \`select pg_terminate_backend(${holderPid})\`.`,
    details: { service: service.name, holderPid, waitMs },
  })
}
