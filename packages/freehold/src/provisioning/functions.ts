import type { Service } from '@freehold/manifest'
import { rolesOf } from '@freehold/manifest'
import { sqlFile } from './sql-files.js'

/** A function of the schema `freehold` as it must be. */
export interface ExpectedFunction {
  readonly name: string
  /** Its arguments as PostgreSQL names them, so that another of the same name is not taken for it. */
  readonly args: string
  /** What `pg_proc.prosrc` must hold. */
  readonly source: string
  /** The statement that creates it. */
  readonly definition: string
  /** Whether it acts with the rights of its owner, who is then the administrator. */
  readonly secdef: boolean
  /** The settings that it brings along, as `name=value`. Where no search_path is among them, every name in it is qualified. */
  readonly settings: readonly string[]
  readonly executors: readonly string[]
}

/** Called by the server, or by others of these. */
const internal = [
  'keep_version',
  'refuse_key_change',
  'refuse_truncate',
  'refuse_log_change',
  'explain_log_ddl',
  'refuse_casts',
  'service_of_session',
  'events_log',
  'may_begin_epoch',
  'require_projection',
  'rebuild_obstacles',
  'row_meaning',
  'settle_texts',
  'build_place',
  'build_consumer',
  'build_table',
  'require_same_columns',
  'projection_is_aligned',
  'exchange_projection',
  'make_partitions',
  'keep_room',
]
const forMigrations = [
  'guard',
  'withdraw_grants',
  'migration_blockers',
  'migration_run',
  'declared_tables',
  'add_log_column',
  'add_log_index',
  'extend_log',
]
const forLogs = [
  'seal',
  'append_event',
  'unsigned_segments',
  'sign_segments',
  'row_places',
  'signed_segments',
]
const forProjections = [
  'open_projection',
  'begin_rebuild',
  'digest_projection',
  'compare_projection',
  'swap_projection',
  'rollback_projection',
  'discard_build',
]
const forApps = ['note_statements']

/** Freehold's functions in a database of these services. A history's writer is not among them: its table brings it. */
export function expectedFunctions(services: readonly Service[]): ExpectedFunction[] {
  const roles = services.map((service) => rolesOf(service))
  const owners = roles.map(({ owner }) => owner)
  const apps = roles.map(({ app }) => app)
  const everyone = roles.flatMap(({ owner, app, migrator }) => [owner, app, migrator])
  return [
    ...internal.map((name) => described(name, [])),
    described('refuse_log_statement', everyone),
    tableDrift(),
    grantDrift(),
    ...forMigrations.map((name) => described(name, owners)),
    ...[...forLogs, ...forProjections].map((name) => described(name, everyone)),
    ...forApps.map((name) => described(name, apps)),
  ]
}

function described(name: string, executors: readonly string[]): ExpectedFunction {
  const definition = sqlFile(`functions/${name}.sql`)
  const source = definition.split('$function$')[1] ?? ''
  const [, args = ''] =
    /^create or replace function freehold\.\w+\(([^)]*)\)\s+returns/m.exec(definition) ?? []
  return {
    name,
    args: identityOf(args),
    source,
    definition,
    secdef: /\nsecurity definer\n/.test(definition),
    settings: settingsOf(definition),
    executors,
  }
}

/** Settings as `pg_proc.proconfig` holds them. */
function settingsOf(definition: string): string[] {
  const [head = ''] = definition.split('$function$')
  return [...head.matchAll(/^set "?(\w+)"? = '?(.*?)'?$/gm)].map(([, name, value]) => `${name}=${value}`)
}

/** Arguments as `pg_get_function_identity_arguments` writes them: on one line, without their defaults. */
function identityOf(args: string): string {
  const each = args.split(',').map((arg) => arg.replace(/ default .*/s, '').trim())
  return each.filter((arg) => arg !== '').join(', ')
}

/** A function that asks what a plan asks, so that the two cannot disagree. */
function question(drift: 'tables' | 'grants', name: string, args: string, columns: string): ExpectedFunction {
  // In PL/pgSQL, which keeps the plan for a session: planning takes longer than looking, and before version 18 a function
  // in SQL is planned at each call.
  const source = `
#variable_conflict use_column
begin
  return query
${sqlFile(`drift/${drift}.sql`).trimEnd()};
end
`
  const definition = `create or replace function freehold.${name}(${args})
returns table (${columns})
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $function$${source}$function$`
  return { name, args, source, definition, secdef: false, settings: settingsOf(definition), executors: [] }
}

const tableDrift = (): ExpectedFunction =>
  question(
    'tables',
    'table_drift',
    'text',
    'place integer, object text, kind text, summary text, repair text',
  )
const grantDrift = (): ExpectedFunction =>
  question(
    'grants',
    'grant_drift',
    'jsonb, text[]',
    'place integer, action text, object text, summary text, repair text',
  )
