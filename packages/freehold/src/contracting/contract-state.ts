import { rolesOf, type Service } from '@freehold/manifest'
import pg from 'pg'
import { contractedName, type ContractTerm, type MigrationDirectives } from '../migrations/directives.js'
import type { ParsedStatement } from '../migrations/parsed-statement.js'
import { isInRange } from '../migrations/version-range.js'
import { parseSql } from '../sql-syntax/parse-sql.js'
import { nodesIn } from '../sql-syntax/syntax-tree.js'
import { functionsNaming, observe, statisticsOf, type Observation } from './observation.js'
import { useIn, type ContractTarget, type Use } from './statement-use.js'

/** Something that a contract step waits for. */
export type ContractWait =
  | {
      readonly kind: 'statement'
      readonly use: Use
      readonly text: string
      readonly version: string
      readonly sentFrom: string | null
      readonly lastSentAt: string
    }
  /** A version that may not run after the step. */
  | { readonly kind: 'version'; readonly version: string; readonly lastSeenAt: string }
  /** The service was not watched for long enough; `since` is null when it never was. */
  | { readonly kind: 'unobserved'; readonly since: string | null }
  /** Not all statements of the version could be recorded. */
  | { readonly kind: 'unrecorded'; readonly version: string; readonly count: number }
  /** Seen by pg_stat_statements alone, which does not say when. */
  | { readonly kind: 'statistics'; readonly use: Use; readonly text: string; readonly since: string }
  /** A function of the service names it. */
  | { readonly kind: 'function'; readonly function: string }

/** How a contract step stands. */
export interface ContractState {
  /** `profiles.display_name`, or `versions`. */
  readonly contracts: string
  /** `1 day`. */
  readonly unusedFor: string
  /** What it waits for; it may be applied when there is nothing. */
  readonly waits: readonly ContractWait[]
  /** The earliest time at which it may run, when nothing else happens; absent when time alone does not help. ISO 8601. */
  readonly readyAt?: string
}

/** A migration with a contract directive. */
export interface ContractStep {
  readonly sql: string
  readonly directives: MigrationDirectives & { readonly contract: ContractTerm }
}

/**
 * What a contract step waits for, as far as it was observed.
 *
 * @param session - The migrator's.
 * @param isFirstRun - Whether this database had no migration of the service before this run: then no version has ever met
 *   the old shape in it.
 */
export async function contractState(
  session: pg.Client,
  service: Service,
  { sql, directives }: ContractStep,
  isFirstRun: boolean,
): Promise<ContractState> {
  const { contract, compatible } = directives
  const { target, unusedFor, unusedForMs } = contract
  const state = { contracts: contractedName(contract), unusedFor }
  const seen = await observe(session, service, unusedForMs)
  if (seen.observedSince === null && (isFirstRun || (await wasNeverWritten(session, service, target)))) {
    return { ...state, waits: [] }
  }
  const waits: ContractWait[] = [...sinceWhen(seen, unusedForMs)]
  for (const { version, lastSeenAt } of seen.versions) {
    if (compatible && !isInRange(version, compatible)) waits.push({ kind: 'version', version, lastSeenAt })
  }
  if (target) {
    waits.push(...(await usesIn(seen, target, service.schema)))
    waits.push(...(await statisticsUsing(session, service, target, seen)))
    for (const found of await functionsNaming(session, service.schema, target, await droppedFunctions(sql))) {
      waits.push({ kind: 'function', function: found })
    }
  }
  const readyAt = readyTime(waits, seen.now, unusedForMs)
  return { ...state, waits, ...(readyAt !== undefined && { readyAt }) }
}

function* sinceWhen({ now, observedSince }: Observation, unusedForMs: number): Generator<ContractWait> {
  if (observedSince === null) yield { kind: 'unobserved', since: null }
  else if (observedSince.getTime() > now.getTime() - unusedForMs) {
    yield { kind: 'unobserved', since: observedSince.toISOString() }
  }
}

async function usesIn(seen: Observation, target: ContractTarget, schema: string): Promise<ContractWait[]> {
  const found = await Promise.all(
    seen.statements.map(async (statement): Promise<ContractWait[]> => {
      const use = await useIn(statement, target, schema)
      const { text, version, sentFrom, lastSentAt } = statement
      return use === undefined ? [] : [{ kind: 'statement', use, text, version, sentFrom, lastSentAt }]
    }),
  )
  const unrecorded = seen.versions
    .filter(({ unrecorded }) => unrecorded > 0)
    .map(({ version, unrecorded: count }): ContractWait => ({ kind: 'unrecorded', version, count }))
  return [...found.flat(), ...unrecorded]
}

/** What the recorder has seen too, at any time, is judged by the recorder, which knows when. */
async function statisticsUsing(
  session: pg.Client,
  service: Service,
  target: ContractTarget,
  seen: Observation,
): Promise<ContractWait[]> {
  const statistics = await statisticsOf(session, rolesOf(service).app)
  if (statistics.length === 0) return []
  const parser = await import('libpg-query')
  const known = await observe(session, service, seen.now.getTime())
  const print = (text: string) => parser.fingerprint(text).catch(() => text)
  const prints = new Set(await Promise.all(known.statements.map(({ text }) => print(text))))
  const waits: ContractWait[] = []
  for (const { text, since } of statistics) {
    const use = await useIn({ text, isCut: false }, target, service.schema)
    if (use === undefined || prints.has(await print(text))) continue
    waits.push({ kind: 'statistics', use, text, since: since.toISOString() })
  }
  return waits
}

/** When the last of what it waits for has been past for long enough. */
function readyTime(waits: readonly ContractWait[], now: Date, unusedForMs: number): string | undefined {
  const times = waits.map((wait) => {
    switch (wait.kind) {
      case 'statement':
        return Date.parse(wait.lastSentAt)
      case 'version':
        return Date.parse(wait.lastSeenAt)
      case 'unobserved':
        return wait.since === null ? now.getTime() : Date.parse(wait.since)
      case 'unrecorded':
      case 'statistics':
      case 'function':
        return Infinity
    }
  })
  const last = Math.max(...times)
  return Number.isFinite(last) ? new Date(last + unusedForMs).toISOString() : undefined
}

const undefinedTable = '42P01'

/** An empty table may be a queue that is emptied as fast as it is filled. */
async function wasNeverWritten(
  session: pg.Client,
  { schema, owns }: Service,
  target: ContractTarget | undefined,
): Promise<boolean> {
  const tables = target
    ? [target.table]
    : Object.keys(owns).filter((name) => owns[name]?.mutability === 'mutable')
  for (const table of tables) {
    const name = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`
    const { rows } = await session
      .query<{ some: boolean }>(
        `select exists (select from ${name}) or pg_stat_get_tuples_inserted($1::regclass) > 0 as some`,
        [name],
      )
      .catch((cause: unknown) => {
        if (cause instanceof pg.DatabaseError && cause.code === undefinedTable) return { rows: [] }
        throw cause
      })
    if (rows[0]?.some === true) return false
  }
  return true
}

async function droppedFunctions(sql: string): Promise<string[]> {
  const { tree } = await parseSql(sql)
  return (tree?.stmts ?? []).flatMap(({ stmt }) => {
    const { removeType, objects = [] } = stmt && 'DropStmt' in stmt ? stmt.DropStmt : {}
    if (removeType !== 'OBJECT_FUNCTION' && removeType !== 'OBJECT_ROUTINE') return []
    return [...nodesIn(objects)].flatMap(({ kind, node }) => {
      const names =
        kind === 'ObjectWithArgs' ? (node['objname'] as readonly ParsedStatement[] | undefined) : []
      return names?.at(-1)?.String?.sval ?? []
    })
  })
}
