import type { Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import type { ContractTerm } from '../migrations/directives.js'
import { displayPath } from '../migrations/display-path.js'
import type { ParsedMigration } from '../migrations/statements.js'
import { contractState, type ContractState } from './contract-state.js'
import { waitText } from './wait-text.js'

/** A contract step whose time has not come. */
export interface WaitingStep extends ContractState {
  readonly service: string
  readonly number: number
  readonly file: string
  /** What it waits for, in words. */
  readonly message: string
}

/**
 * Looks whether a migration takes away what may still be in use.
 *
 * @param isFirstRun - Whether the database is new: then nobody can have used anything.
 * @returns What it waits for; undefined when it may be applied.
 * @throws FreeholdError `FREEHOLD_MIGRATION_DIRECTIVE` when what the step says it takes away is not there: it would wait for
 *   nothing.
 */
export async function waitingStep(
  session: pg.Client,
  service: Service,
  { sql, path, number, directives }: ParsedMigration,
  isFirstRun: boolean,
): Promise<WaitingStep | undefined> {
  const { contract } = directives
  if (!contract) return undefined
  await requireTarget(session, service, contract, path)
  const step = { sql, directives: { ...directives, contract } }
  const state = await contractState(session, service, step, isFirstRun)
  if (state.waits.length === 0) return undefined
  const message = [
    `${displayPath(path)} is not applied: it waits until ${subject(state)} for ${state.unusedFor}.`,
    ...state.waits.slice(0, shown).map((wait) => `  ${waitText(wait)}`),
    ...(state.waits.length > shown ? [`  and ${state.waits.length - shown} more`] : []),
    state.readyAt === undefined
      ? 'Time alone does not help: see what is above.'
      : `It may run at ${state.readyAt} at the earliest, when nothing of that happens again.`,
  ].join('\n')
  return { service: service.name, number, file: path, message, ...state }
}

/** The refusal of a run that has to stop there, since it cannot go on with what comes after. */
export function contractWaits(
  { message, ...details }: WaitingStep,
  heldBack: readonly ParsedMigration[],
): FreeholdError {
  const names = heldBack.map(({ fileName }) => fileName).join(', ')
  return new FreeholdError('FREEHOLD_CONTRACT_WAITS', {
    message: `${message}\nIt holds back ${names}.`,
    details: { ...details, heldBack: heldBack.map(({ fileName }) => fileName) },
  })
}

const shown = 10

function subject({ contracts }: ContractState): string {
  return contracts === 'versions'
    ? 'no version that it is not compatible with has run'
    : `nothing has used ${contracts}`
}

async function requireTarget(
  session: pg.Client,
  { schema }: Service,
  { target }: ContractTerm,
  path: string,
): Promise<void> {
  if (target === undefined) return
  const { rows } = await session.query(
    `select from pg_class c
     where c.oid = to_regclass(format('%I.%I', $1::text, $2::text))
       and ($3::text is null or exists (
         select from pg_attribute a where a.attrelid = c.oid and a.attname = $3 and not a.attisdropped
       ))`,
    [schema, target.table, target.column ?? null],
  )
  if (rows.length > 0) return
  const name = target.column === undefined ? target.table : `${target.table}.${target.column}`
  throw new FreeholdError('FREEHOLD_MIGRATION_DIRECTIVE', {
    message: `${displayPath(path)} has a contract about ${name}, which is not there.`,
    details: { file: path },
  })
}
