import { checkpointSigned, type CheckpointSigned, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { noteText, readCheckpoint } from '@freehold/proof'
import type { Database } from '../database/index.js'
import { eventLog, type EventLog } from '../events/index.js'
import { ownRows, type OwnRows } from './own-rows.js'
import { Told } from './told.js'

interface LastCheckpoint {
  readonly log: string
  readonly size: number | string
  readonly note: string
}

const lastCheckpoints = `
  select k.log, c.size, c.note
  from unnest($2::text[]) as k (log)
  cross join lateral (
    select c.size, c.note
    from freehold.checkpoint c
    where c.service = $1 and c.log = k.log
    order by c.size desc
    limit 1
  ) c`

/** Tells the checkpoints of a service's logs that the others do not know. */
export class CheckpointTeller {
  readonly #service: Service
  readonly #db: Database
  readonly #onError: (error: unknown) => void
  readonly #events: EventLog
  readonly #told: Told
  readonly #logs: ReadonlyMap<string, { kind: string; ownRows: OwnRows }>

  /** @throws FreeholdError As `publishCheckpoints` does. */
  constructor(service: Service, db: Database, onError: (error: unknown) => void) {
    this.#service = service
    this.#db = db
    this.#onError = onError
    this.#events = eventLog(service)
    const { type } = checkpointSigned(service.name)
    if (!service.publishes.some((contract) => contract.type === type))
      throw new FreeholdError('FREEHOLD_EVENT_NOT_PUBLISHED', {
        message: `The service "${service.name}" does not publish ${type}, by which it would tell its checkpoints.`,
        details: { service: service.name, type, publishes: service.publishes.map((each) => each.type) },
      })
    this.#told = new Told(this.#events.table, type)
    this.#logs = new Map(
      Object.entries(service.owns).flatMap(([log, table]) =>
        table.mutability === 'immutable'
          ? [[log, { kind: table.kind, ownRows: ownRows(service.name, log, table.kind) }] as const]
          : [],
      ),
    )
  }

  /** Tells, in one transaction, whatever is news. */
  async tell(): Promise<void> {
    await this.#told.bringUpToDate(this.#db)
    const { rows } = await this.#db.query<LastCheckpoint>({
      name: 'freehold.last_checkpoints',
      text: lastCheckpoints,
      values: [this.#service.name, [...this.#logs.keys()]],
    })
    const news: CheckpointSigned[] = []
    for (const { log, size, note } of rows)
      if (await this.#isNews(log, Number(size))) news.push(...this.#checkpoint(log, Number(size), note))
    if (news.length === 0) return
    const contract = checkpointSigned(this.#service.name)
    await this.#db.transaction((tx) =>
      this.#events.append(
        tx,
        news.map((data) => ({ contract, data })),
      ),
    )
  }

  async #isNews(log: string, size: number): Promise<boolean> {
    const told = this.#told.sizeOf(log)
    if (size === told) return false
    // It was made anew and is shorter: let the others know.
    if (told !== undefined && size < told) return true
    return (await this.#logs.get(log)?.ownRows.areBetween(this.#db, told ?? 0, size)) ?? false
  }

  /** Nothing when it cannot be read, so that the other logs are told of all the same. */
  #checkpoint(log: string, size: number, note: string): CheckpointSigned[] {
    try {
      const { position } = readCheckpoint(noteText(note))
      return [{ log, kind: this.#logs.get(log)?.kind ?? '', size, position, note }]
    } catch (error) {
      this.#onError(error)
      return []
    }
  }
}
