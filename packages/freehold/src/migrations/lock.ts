import { createHash } from 'node:crypto'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Service, System } from '@freehold/manifest'
import pg from 'pg'
import { toolVersion } from '../config/tool-version.js'
import { blockerLines, blockersOf, type Blocker } from './blockers.js'
import { runnerSql } from './sql.js'

const undefinedFunction = '42883'
const readOnly = '25006'

/** Whose lock it is. */
export interface LockOptions {
  readonly system: Pick<System, 'name'>
  readonly service: Pick<Service, 'name'>
}

/** A run that has the lock of a service. */
export interface RunUnderWay {
  /** The process of the server. */
  readonly pid: number
  /** As it calls itself; null for the session of another role. */
  readonly application: string | null
  /** The address that it comes from; null for one of another role, and over a socket. */
  readonly client: string | null
  /** When it took the lock. ISO 8601. */
  readonly since: string | null
}

type WhatIsKnown<T> = { readonly [Key in keyof T]?: T[Key] | undefined }

/** A run that another one waits for. */
export interface RunInTheWay extends WhatIsKnown<RunUnderWay> {
  /** Whom it waits for itself. */
  readonly blockers: readonly Blocker[]
  /** When it was found to wait for them, by this process's own clock. */
  readonly seenAt: number
}

/**
 * Takes the service's lock for as long as the session lives; the server frees it when the process dies.
 *
 * The lock is asked for again and again instead of waited for: a statement that waits holds a snapshot, and CREATE INDEX
 * CONCURRENTLY of the run that has the lock would wait for that snapshot for ever.
 *
 * @returns Whether it was free.
 * @throws FreeholdError `FREEHOLD_MIGRATION_READ_ONLY` on a standby.
 */
export async function tryLock(session: pg.Client, { system, service }: LockOptions): Promise<boolean> {
  const key = lockKey(system, service)
  const { rows } = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    key,
  ])
  if (rows[0]?.locked !== true) return false
  await session
    .query('insert into freehold.migration_runs (service, tool_version) values ($1, $2)', [
      service.name,
      toolVersion(),
    ])
    .catch((cause: unknown) => refuseReadOnly(service, cause))
  return true
}

/**
 * Looks whether the session still has the lock. A statement can give it up, and a pooler can put another session of the server in
 * the place of the one that took it.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_LOCK_LOST` when another has it. Where nobody has, it is taken again.
 */
export async function keepLock(session: pg.Client, { system, service }: LockOptions): Promise<void> {
  const { rows } = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    lockKey(system, service),
  ])
  if (rows[0]?.locked === true) return
  throw new FreeholdError('FREEHOLD_MIGRATION_LOCK_LOST', {
    message: `The run has lost its lock of "${service.name}", and another session has it. What it did since its last record was rolled back.`,
    details: { service: service.name },
  })
}

/** The run that has the service's lock now. */
export async function runUnderWay(
  session: pg.Client,
  { system, service }: LockOptions,
): Promise<RunUnderWay | undefined> {
  const key = lockKey(system, service)
  try {
    return (await session.query<RunUnderWay>(runnerSql('run-under-way'), [key])).rows[0]
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === undefinedFunction)) throw error
    // A database that was provisioned by an older version. Whoever has the lock has written down that it does.
    const { rows } = await session.query<RunUnderWay & { isFree: boolean }>(runnerSql('last-run'), [
      service.name,
      key,
    ])
    const [last] = rows
    return last === undefined || last.isFree ? undefined : last
  }
}

/** The same, and whom it waits for. */
export async function runInTheWay(session: pg.Client, options: LockOptions): Promise<RunInTheWay> {
  const run = await runUnderWay(session, options)
  const blockers = run === undefined ? [] : await blockersOf(session, run.pid)
  return { ...run, blockers, seenAt: performance.now() }
}

function refuseReadOnly({ name }: Pick<Service, 'name'>, cause: unknown): never {
  if (!(cause instanceof pg.DatabaseError && cause.code === readOnly)) throw cause
  throw new FreeholdError('FREEHOLD_MIGRATION_READ_ONLY', {
    message: `The database of "${name}" takes no writes: ${cause.message}. Nothing was run.`,
    details: { service: name },
    cause,
  })
}

/** The key of the service's advisory lock. The services of one database have different keys. */
export function lockKey(system: Pick<System, 'name'>, service: Pick<Service, 'name'>): string {
  const digest = createHash('sha256').update(`freehold migrations\0${system.name}\0${service.name}`).digest()
  return digest.readBigInt64BE().toString()
}

/** A run for people: `server process 12, "freehold migrate orders" from 10.0.0.7, since 2026-03-01T10:02:11.480Z`. */
export function runInWords({ pid, application, client, since }: WhatIsKnown<RunUnderWay>): string {
  if (pid === undefined) return ''
  const from = client ? ` from ${client}` : ''
  const who = application ? [`"${application}"${from}`] : []
  return [`server process ${pid}`, ...who, ...(since ? [`since ${since}`] : [])].join(', ')
}

/** The refusal of a run that has waited long enough. */
export function locked(
  { name }: Pick<Service, 'name'>,
  waitMs: number,
  { pid, application, client, since, blockers }: RunInTheWay,
): FreeholdError {
  const holder = { pid, application, client, since }
  const who = runInWords(holder)
  const ending = 'Wait for it, or end it: its lock goes with its process'
  const lines = blockerLines(blockers, 'In its way is')
  return new FreeholdError('FREEHOLD_MIGRATION_LOCKED', {
    message: [
      `Another run${who === '' ? '' : ` (${who})`} migrates "${name}" and did not end within ${Math.round(waitMs / 1000)} s.`,
      ...lines,
    ].join('\n'),
    fix: pid === undefined ? `${ending}.` : `${ending}, or \`select pg_terminate_backend(${pid})\`.`,
    details: { service: name, holderPid: pid, holder, blockers, waitMs },
  })
}
