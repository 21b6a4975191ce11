import type { Service } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { LostRace, translateDatabaseError, type Queryable } from '../database/index.js'
import { columnFromRow, type Append } from '../logs/append.js'
import { isUnsealed, sealedRow } from '../personal/index.js'
import type { Columns } from '../statements/columns.js'
import { PreparedStatements } from '../statements/prepared.js'
import { EntityNotFound, VersionConflict, type EntityKey } from './conflict.js'
import { accepts, soleVersion } from './expected-version.js'
import { historyOf } from './history.js'
import { envelopesColumn, rowSealing, type RowSealing } from './row-sealing.js'
import type { Appending, MutableEntity, Target, Update } from './mutable-entity.js'
import {
  deleteText,
  findText,
  insertText,
  shapeOf,
  updateText,
  valuesOf,
  type EntityTable,
  type Write,
} from './statement-texts.js'

const texts = {
  insert: insertText,
  update: updateText,
  delete: deleteText,
  find: findText,
  look: findText,
} as const

type Kind = keyof typeof texts

/** How often a write is sent when each look afterwards shows the expected version after all. */
const mostAttempts = 4

/** The entity behind {@link mutableEntity}. */
export class GuardedEntity<
  Row extends { version: number },
  Personal extends keyof Row = never,
> implements MutableEntity<Row, Personal> {
  readonly table: string
  readonly history: MutableEntity<Row, Personal>['history']
  readonly asOf: MutableEntity<Row, Personal>['asOf']
  readonly #service: Service
  readonly #entity: EntityTable
  readonly #columns: Columns
  readonly #statements = new PreparedStatements()
  readonly #sealing: RowSealing | undefined
  readonly #keptOnInsert: ReadonlySet<string>
  readonly #keptOnUpdate: ReadonlySet<string>

  constructor(service: Service, entity: EntityTable, columns: Columns) {
    this.table = entity.name
    this.#service = service
    this.#entity = entity
    this.#columns = columns
    this.#sealing = rowSealing(service, entity)
    this.#keptOnInsert = new Set(['version', 'updated_at', ...(this.#sealing ? [envelopesColumn] : [])])
    this.#keptOnUpdate = new Set([...this.#keptOnInsert, entity.key])
    const { history, asOf } = historyOf<Row, Personal>(service, entity, this.#sealing)
    this.history = history
    this.asOf = asOf
  }

  async find(
    db: Queryable,
    key: EntityKey,
    { where }: { where?: Partial<Row> | undefined } = {},
  ): Promise<Row | undefined> {
    return this.#current(db, { key, scope: this.#columns.pick(where) })
  }

  async check(db: Queryable, target: Omit<Target<Row>, 'append'>): Promise<Row> {
    const write = this.#writeOf(target, [])
    const current = await this.#current(db, write)
    const refusal = this.#refusalOf(current, write)
    if (refusal !== undefined) throw refusal
    return current as Row
  }

  async insert(db: Queryable, values: Partial<Row>, { append }: Appending = {}): Promise<Row> {
    const set = this.#columns.pick(values)
    this.#columns.refuse(set, this.#keptOnInsert)
    const checked = this.#checked(append)
    const stored = this.#sealing ? await this.#sealing.inserted(db.keys, set) : set
    return (await this.#run(db, 'insert', { set: stored, scope: [], append: checked })) as Row
  }

  async update(db: Queryable, update: Update<Row>): Promise<Row> {
    const set = this.#columns.pick(update.set)
    this.#columns.refuse(set, this.#keptOnUpdate)
    return this.#write(db, 'update', this.#writeOf(update, set))
  }

  async delete(db: Queryable, target: Target<Row>): Promise<Row> {
    return this.#write(db, 'delete', this.#writeOf(target, []))
  }

  async #write(db: Queryable, kind: 'update' | 'delete', write: WriteToRow): Promise<Row> {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const sealed =
        kind === 'update' && this.#sealing ? await this.#sealed(db, this.#sealing, write, attempt) : write
      const row = sealed && (await this.#attempt(db, kind, sealed))
      if (row !== undefined) return row
      const refusal = await this.#refusal(db, write)
      if (refusal !== undefined) throw refusal
    }
    throw new FreeholdError('FREEHOLD_SERIALIZATION_FAILURE', {
      message: `"${this.table}" ${String(write.key)} changes faster than this write can follow.`,
    })
  }

  /** The update with its envelopes, which a second attempt makes for the row as it is; undefined where there is none. */
  async #sealed(
    db: Queryable,
    sealing: RowSealing,
    write: WriteToRow,
    attempt: number,
  ): Promise<WriteToRow | undefined> {
    const seal = attempt === 0 ? await sealing.updated(db.keys, write) : undefined
    if (seal !== undefined) return { ...write, seal }
    const current = await this.#run(db, 'look', { key: write.key, set: [], append: [], scope: write.scope })
    if (current === undefined || !accepts(write.expectedVersion, current.version)) return undefined
    const { version } = current
    return { ...write, expectedVersion: version, seal: await sealing.renewed(db.keys, write, { ...current }) }
  }

  async #attempt(db: Queryable, kind: Kind, write: WriteToRow): Promise<Row | undefined> {
    try {
      return await this.#run(db, kind, write)
    } catch (error) {
      // Another transaction changed the row after this one's snapshot was taken (repeatable read).
      if (!isFreeholdError(error, 'FREEHOLD_SERIALIZATION_FAILURE')) throw error
      if (error.details['sqlState'] !== '40001') throw error
      throw new LostRace(error, (afterwards) => this.#refusal(afterwards, write))
    }
  }

  /** Why a write found no row; undefined when one look later it would find it. */
  async #refusal(db: Queryable, write: WriteToRow): Promise<FreeholdError | undefined> {
    return this.#refusalOf(await this.#current(db, write), write)
  }

  #refusalOf(current: Row | undefined, { key, expectedVersion }: WriteToRow): FreeholdError | undefined {
    if (current === undefined) return new EntityNotFound({ table: this.table, key })
    if (accepts(expectedVersion, current.version)) return undefined
    return new VersionConflict({ table: this.table, key, expectedVersion, current })
  }

  /** The row as it is, whatever its version. */
  #current(db: Queryable, { key, scope }: Pick<Write, 'key' | 'scope'>): Promise<Row | undefined> {
    return this.#run(db, 'find', { key, set: [], append: [], scope })
  }

  async #run(db: Queryable, kind: Kind, given: Write): Promise<Row | undefined> {
    const hasUnsealed = given.append.some(({ values }) => isUnsealed(values))
    const write = hasUnsealed ? { ...given, append: await sealedAppends(db, given.append) } : given
    const { name, text } = this.#statements.of(shapeOf(kind, write), () =>
      texts[kind](kind === 'look' ? this.#looked : this.#entity, write),
    )
    try {
      const { rows } = await db.query<Row>({ name, text, values: valuesOf(kind, write) })
      return rows[0]
    } catch (error) {
      throw translateDatabaseError(error, this.#service)
    }
  }

  /** What its envelopes are made of, whatever columns the entity was declared with. */
  get #looked(): EntityTable {
    const { subject, fields = [] } = this.#sealing ?? {}
    const columns = new Set(['version', ...(subject === undefined ? [] : [subject]), ...fields])
    return { ...this.#entity, columns: [...columns] }
  }

  #writeOf(target: Target<Row>, set: Write['set']): WriteToRow {
    return {
      key: target.key,
      expectedVersion: soleVersion(target.expectedVersion),
      set,
      scope: this.#columns.pick(target.where),
      append: this.#checked(target.append),
    }
  }

  #checked(append: readonly Append[] = []): readonly Append[] {
    for (const [, value] of append.flatMap(({ values }) => values)) {
      const column = columnFromRow(value)
      if (column !== undefined) this.#columns.require(column)
    }
    return append
  }
}

async function sealedAppends(db: Queryable, append: readonly Append[]): Promise<Append[]> {
  return Promise.all(
    append.map(async ({ log, values }) => ({ log, values: await sealedRow(db.keys, values) })),
  )
}

type WriteToRow = Write & Required<Pick<Target<never>, 'key' | 'expectedVersion'>>
