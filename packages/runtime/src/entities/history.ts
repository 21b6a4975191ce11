import type { Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { translateDatabaseError, type Queryable } from '../database/index.js'
import type { MayBeErased } from '../personal/index.js'
import { openInto } from '../personal/sealed-in.js'
import { requireTable } from '../statements/require-table.js'
import { identifier, identifiers, literal } from '../statements/identifier.js'
import { prepared, type Prepared } from '../statements/prepared.js'
import type { EntityKey } from './conflict.js'
import type { MutableEntity, Revision } from './mutable-entity.js'
import { envelopesColumn, type RowSealing } from './row-sealing.js'
import type { EntityTable } from './statement-texts.js'

/** What the history adds to a row, under names that no column of a manifest's table has. */
interface RevisionColumns {
  _seq: number
  _version: number
  _operation: Revision<unknown>['operation']
  _at: Date
  /** Of a table with personal columns. */
  _subject?: string | null
  _envelopes?: Readonly<Record<string, unknown>> | null
}

/** Reads the revisions that the database has written. */
export function historyOf<Row extends { version: number }, Personal extends keyof Row>(
  service: Service,
  entity: EntityTable,
  sealing: RowSealing | undefined,
): Pick<MutableEntity<Row, Personal>, 'history' | 'asOf'> {
  type Shown = MayBeErased<Row, Personal>
  const log = requireTable(service, entity.name, 'mutable').history
  const statements = log === undefined ? undefined : textsOf(entity, log, sealing)
  const revisions = async (
    db: Queryable,
    statement: Prepared,
    values: unknown[],
  ): Promise<Revision<Shown>[]> => {
    const rows = await found(db, statement, values)
    if (sealing) {
      const sealed = rows.map((row) => sealing.sealedIn(row, row._subject, row._envelopes ?? null))
      await openInto(db.keys, sealed.flat())
    }
    return rows.map(revisionOf<Shown>)
  }
  const found = async (
    db: Queryable,
    statement: Prepared,
    values: unknown[],
  ): Promise<(Shown & RevisionColumns)[]> => {
    try {
      return (await db.query<Shown & RevisionColumns>({ ...statement, values })).rows
    } catch (error) {
      throw translateDatabaseError(error, service)
    }
  }
  const declared = (): NonNullable<typeof statements> => {
    if (statements !== undefined) return statements
    throw new FreeholdError('FREEHOLD_HISTORY_NOT_DECLARED', {
      message: `"${entity.name}" of the service "${service.name}" keeps no history.`,
      details: { service: service.name, table: entity.name },
    })
  }
  return {
    async history(db: Queryable, key: EntityKey, { limit, before, version }) {
      const { page, ofVersion } = declared()
      const start = before ?? Number.MAX_SAFE_INTEGER
      if (version === undefined) return revisions(db, page, [key, limit, start])
      return revisions(db, ofVersion, [key, limit, start, version])
    },
    async asOf(db: Queryable, key: EntityKey, instant: Date) {
      const [revision] = await revisions(db, declared().asOf, [key, new Date(instant.getTime() + 1)])
      return revision?.operation === 'delete' ? undefined : revision
    },
  }
}

/**
 * `jsonb_populate_record` makes a row of today's shape of what the history kept. The order is that in which
 * revisions were written, and not that of versions: a key that was deleted and inserted again begins with
 * version 1 again. As of an instant, the last one is sought among the revisions of the one key first, so
 * that no planner is tempted to walk the whole log backwards.
 */
function textsOf(
  entity: EntityTable,
  log: string,
  sealing: RowSealing | undefined,
): Record<'page' | 'ofVersion' | 'asOf', Prepared> {
  const envelopes = sealing
    ? `, "data" ->> ${literal(sealing.subject)} as "_subject", "data" -> ${literal(envelopesColumn)} as "_envelopes"`
    : ''
  const own = ['_seq', '_version', '_operation', '_at', ...(sealing ? ['_subject', '_envelopes'] : [])]
  const revision = `"seq" as "_seq", "version" as "_version", "operation" as "_operation", "at" as "_at"${envelopes}`
  const row = `jsonb_populate_record(null::${identifier(entity.name)}, "data")`
  const columns = `${identifiers(own, 'r.')}, ${identifiers(entity.columns, 'd.')}`
  const of = (source: string): string => `select ${columns} from ${source} cross join lateral ${row} d`
  const page = (condition: string): string =>
    of(
      `(select ${revision}, "data" from ${identifier(log)} where "entity_id" = $1 and "seq" < $3${condition} ` +
        `order by "seq" desc limit $2) r`,
    ) + ' order by r."_seq" desc'
  const last =
    `with revisions as materialized (select "seq" from ${identifier(log)} where "entity_id" = $1 and "at" < $2) ` +
    of(
      `(select ${revision}, "data" from ${identifier(log)} where "seq" = (select max("seq") from revisions)) r`,
    )
  return { page: prepared(page('')), ofVersion: prepared(page(' and "version" = $4')), asOf: prepared(last) }
}

function revisionOf<Row>(found: Row & RevisionColumns): Revision<Row> {
  const {
    _seq: seq,
    _version: version,
    _operation: operation,
    _at: at,
    _subject: _about,
    _envelopes: _sealed,
    ...row
  } = found
  return { seq, version, operation, at, row: row as unknown as Row }
}
