import type pg from 'pg'
import { historyObjects } from '../migrations/history-objects.js'
import { sqlFile } from './sql-files.js'

/** What Freehold keeps in every database of services, one script each. */
export type PlatformPart =
  | 'registry'
  | 'history'
  | 'segments'
  | 'proofs'
  | 'consumers'
  | 'projections'
  | 'archive'
  | 'proving'
  | 'statements'

/** A script that makes tables. It may run again. */
export interface PlatformScript {
  /** What it makes, as a plan names it. */
  readonly object: string
  /** A condition in SQL that holds once the newest version of it has run. */
  readonly isThere: string
  readonly sql: () => string
}

const hasTable = (table: string): string => `to_regclass('freehold.${table}') is not null`
const hasColumn = (table: string, column: string): string =>
  `exists (select from pg_attribute where attrelid = to_regclass('freehold.${table}') and attname = '${column}')`
const hasCheck = (table: string, word: string): string =>
  `exists (select from pg_constraint where conrelid = to_regclass('freehold.${table}') and pg_get_constraintdef(oid) like '%${word}%')`

/** In the order in which they run. */
export const platformScripts: Readonly<Record<PlatformPart, PlatformScript>> = {
  registry: {
    object: 'tables freehold.service, freehold.owned_table, freehold.subscription, freehold.personal_event',
    isThere: [
      hasColumn('owned_table', 'partitioned_to'),
      hasColumn('owned_table', 'projection'),
      hasColumn('owned_table', 'personal'),
      hasTable('subscription'),
      hasTable('personal_event'),
      hasCheck('owned_table', 'erasure'),
    ].join(' and '),
    sql: () => sqlFile('platform/registry.sql'),
  },
  history: {
    object:
      'tables freehold.migrations, freehold.migration_runs, freehold.migration_starts, freehold.migration_steps, freehold.migration_journal, freehold.migration_backfills, freehold.migration_directives',
    isThere: [
      hasTable('migration_runs'),
      hasTable('migration_backfills'),
      hasTable('migration_directives'),
      hasTable('migration_starts'),
    ].join(' and '),
    sql: historyObjects,
  },
  segments: {
    object: 'tables freehold.epoch, freehold.segment, freehold.sealing',
    isThere: `${hasTable('sealing')} and ${hasTable('segment_by_seqs')}`,
    sql: () => sqlFile('platform/segments.sql'),
  },
  proofs: {
    object: 'tables freehold.proof_columns, freehold.segment_proof, freehold.proof_part, freehold.checkpoint',
    isThere: hasTable('checkpoint'),
    sql: () => sqlFile('platform/proofs.sql'),
  },
  consumers: {
    object:
      'tables freehold.consumer, freehold.consumer_instance, freehold.consumer_lane, freehold.parked_event, freehold.parked_action, freehold.consumer_move',
    isThere: hasTable('consumer_move'),
    sql: () => sqlFile('platform/consumers.sql'),
  },
  projections: {
    object: 'table freehold.projection_build',
    isThere: hasTable('projection_build'),
    sql: () => sqlFile('platform/projections.sql'),
  },
  archive: {
    object: 'table freehold.archive',
    isThere: hasTable('archive'),
    sql: () => sqlFile('platform/archive.sql'),
  },
  proving: {
    object: 'table freehold.proof',
    isThere: hasTable('proof'),
    sql: () => sqlFile('platform/proving.sql'),
  },
  statements: {
    object: 'tables freehold.service_versions, freehold.statement_uses',
    isThere: hasTable('statement_uses'),
    sql: () => sqlFile('platform/statements.sql'),
  },
}

/** Which of them a database has, in one question. */
export async function platformPartsIn(client: pg.Client): Promise<Readonly<Record<PlatformPart, boolean>>> {
  const asked = Object.entries(platformScripts).map(([part, { isThere }]) => `${isThere} as ${part}`)
  const { rows } = await client.query<Record<PlatformPart, boolean>>(`select ${asked.join(', ')}`)
  const [found] = rows
  return found ?? nothing
}

/** What a database has that does not exist yet. */
export const nothing: Readonly<Record<PlatformPart, boolean>> = {
  registry: false,
  history: false,
  segments: false,
  proofs: false,
  consumers: false,
  projections: false,
  archive: false,
  proving: false,
  statements: false,
}
