import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { databaseOf, serviceNamed } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { archivedTo } from './archived-to.js'
import { broken, nameArchive, readArchive, writeArchive } from './archive-file.js'
import { headOf, linesOf, rowsSha256 } from './archive-lines.js'
import { consumerPlaces } from './consumers.js'
import type { LogName } from '@freehold/proof'
import { partitionsOf, type Partition } from './partition.js'
import { requireArchivable } from './refusal.js'
import { takeOut } from './take-out.js'

/** What is to be archived. */
export interface ArchiveOptions extends LogName {
  /** Partitions all of whose rows are before this position, or were written before this time. */
  readonly before: number | Date
  /** The folder that gets the files. */
  readonly to: string
  /** Backups have all positions up to this one: somebody says so, and it is recorded. */
  readonly backedUpTo: number
  readonly who: string
  /** How long a partition is waited for that transactions have in use, in milliseconds; 15,000 when absent. */
  readonly patienceMs?: number
  /** Told of each step before it is taken. */
  readonly onStep?: (step: ArchiveStep, partition: string) => void | Promise<void>
}

/** The steps by which a partition goes. Whatever ends the process at one of them, the partition or its archive is there. */
export type ArchiveStep = 'write' | 'verify' | 'name' | 'take out' | 'done'

/** A partition that was archived. */
export interface Archived {
  readonly partition: string
  readonly rows: number
  readonly lastPosition: number
  readonly file: string
}

/**
 * Archives the oldest partitions of a log, one after the other.
 *
 * @throws FreeholdError `FREEHOLD_ARCHIVE_REFUSED` when somebody needs one of them or it is not sealed,
 *   `FREEHOLD_ARCHIVE_DIFFERS` when what was written cannot be read back, `FREEHOLD_ARCHIVE_BUSY`, each with those that
 *   went before in `details.archived`; and what connecting throws.
 */
export async function archiveLog(
  context: Pick<ProvisioningContext, 'system' | 'servers'>,
  options: ArchiveOptions,
): Promise<Archived[]> {
  const { service, log, before } = options
  const database = databaseOf(context.system, serviceNamed(context.system, service))
  return asAdministrator(context.servers.urlFor(service), database, async (client) => {
    await client.query("set timezone to 'utc'")
    const places = await consumerPlaces(context, client, options)
    const done: Archived[] = []
    const signedTo = await signedPosition(client, options)
    let lastPosition = await archivedTo(client, options)
    for (const partition of await partitionsOf(client, { service, log })) {
      if (!isBefore(partition, before)) break
      lastPosition = Math.max(lastPosition, partition.lastPosition ?? 0)
      try {
        requireArchivable({ ...options, signedTo }, partition, lastPosition, places)
        done.push(await archivePartition(client, options, partition, lastPosition))
      } catch (error) {
        throw withArchived(error, done)
      }
    }
    return done
  })
}

function withArchived(error: unknown, archived: readonly Archived[]): unknown {
  if (!isFreeholdError(error)) return error
  const { code, message, fix, details, cause } = error
  return new FreeholdError(code, { message, fix, details: { ...details, archived }, cause })
}

function isBefore({ isFull, lastPosition = 0, lastAt }: Partition, before: number | Date): boolean {
  if (!isFull) return false
  if (typeof before === 'number') return lastPosition < before
  return lastAt === undefined || lastAt < before
}

/** The last position that is signed; nothing where nobody signs, who then is not waited for. */
async function signedPosition(client: pg.Client, { service, log }: LogName): Promise<number | undefined> {
  const { rows } = await client.query<{ position: string }>(
    `select s.first_position + s.row_count - 1 as position
     from freehold.segment_proof p
     join freehold.segment s on s.service = p.service and s.log = p.log and s.number = p.number
     where p.service = $1 and p.log = $2
     order by p.number desc
     limit 1`,
    [service, log],
  )
  return rows[0] && Number(rows[0].position)
}

async function archivePartition(
  client: pg.Client,
  options: ArchiveOptions,
  partition: Partition,
  lastPosition: number,
): Promise<Archived> {
  const { service, log, to, backedUpTo, who, patienceMs = 15_000, onStep = () => undefined } = options
  const folder = resolve(to)
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${service}.${log}.${partition.fromSeq}-${partition.toSeq - 1}.jsonl.gz`)
  const unfinished = `${file}.unfinished`

  await onStep('write', partition.name)
  await client.query('begin isolation level repeatable read, read only')
  const head = await headOf(client, options, partition)
  await writeArchive(unfinished, head, linesOf(client, options, partition))
  await client.query('commit')

  await onStep('verify', partition.name)
  const content = await readArchive(unfinished)
  const inTable = await rowsSha256(client, options, partition)
  if (content.rows !== partition.rows || content.rowsSha256 !== inTable)
    throw broken(
      unfinished,
      `it has ${content.rows} rows that are not the ${partition.rows} of ${partition.qualified}`,
    )

  await onStep('name', partition.name)
  await nameArchive(unfinished, file)
  await onStep('take out', partition.name)
  const record = { service, log, partition, lastPosition, backedUpTo, file, content, who }
  await takeOut(client, record, patienceMs)
  await onStep('done', partition.name)
  return { partition: partition.name, rows: content.rows, lastPosition, file }
}
