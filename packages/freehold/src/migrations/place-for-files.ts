import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '@freehold/manifest'
import { closingContracts, moveUp, type MovedMigration } from './closing-contracts.js'
import { readMigrations, type MigrationFile } from './migration-file.js'
import type { SystemMigrations } from './migrate-system.js'
import { recordsAtHand, refuseTakenNumbers, stateOf, type RecordsAtHand } from './records-at-hand.js'

/** Where new files go: to the end, or before the contract steps that are there. */
export interface PlaceForFiles {
  /** The first number, where it is not the next one. */
  readonly number: number | undefined
  /** Contract steps that have other numbers now. */
  readonly moved: readonly MovedMigration[]
  /** Why the service's database was not asked what it has. */
  readonly notAsked?: string
  /** The same for people: sentences. */
  readonly told: readonly string[]
}

/** What is to be written. */
export interface NewFiles {
  readonly service: Service
  /** How many of the files are no contract steps. */
  readonly count: number
  /** Whether contract steps at the end of the folder give way to them. */
  readonly beforeContracts: boolean
}

/**
 * Finds numbers for new files, and gives contract steps higher ones where that is asked for. What the service's database has
 * applied or begun keeps its number, and its numbers are not given out again. Where it cannot be asked, that is told.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_MISSING` when the next number is taken in the database, and what
 *   {@link readMigrations} throws.
 */
export async function placeFor(
  { system, root, credentials }: Pick<SystemMigrations, 'system' | 'root' | 'credentials'>,
  { service, count, beforeContracts }: NewFiles,
): Promise<PlaceForFiles> {
  const directory = join(root, service.migrations)
  const files = existsSync(directory) ? await readMigrations(directory) : []
  const atHand = await recordsAtHand(system, credentials, service)
  if ('records' in atHand) refuseTakenNumbers(directory, files, atHand.records)
  const { waiting, kept } = sorted(closingContracts(files), atHand)
  const [first] = waiting
  if (beforeContracts && first !== undefined && count > 0) {
    const moved = await moveUp(directory, waiting, count)
    const told = moved.map(({ from, to }) => `${from} is ${to} now.`)
    const unknown = `whether the database of "${service.name}" has applied or begun any of these, and would refuse it under its new name`
    return { number: first.number, moved, ...toldOf(atHand, told, unknown) }
  }
  const told = beforeContracts ? kept : first === undefined ? [] : [holdsBack(first)]
  const unknown = `which numbers are taken in the database of "${service.name}"`
  return { number: undefined, moved: [], ...toldOf(atHand, told, unknown) }
}

/** Contract steps that may move, and what is said of the others: the database has applied or begun them. */
function sorted(
  contracts: readonly MigrationFile[],
  atHand: RecordsAtHand,
): { waiting: readonly MigrationFile[]; kept: readonly string[] } {
  if ('notAsked' in atHand) return { waiting: contracts, kept: [] }
  const states = contracts.map((file) => stateOf(file, atHand.records))
  return {
    waiting: contracts.slice(states.findLastIndex((state) => state !== undefined) + 1),
    kept: contracts.flatMap(({ fileName }, index) => {
      const state = states[index]
      return state === undefined ? [] : [`${fileName} is ${state}, and keeps its number.`]
    }),
  }
}

function toldOf(
  atHand: RecordsAtHand,
  told: readonly string[],
  unknown: string,
): Pick<PlaceForFiles, 'told' | 'notAsked'> {
  if (!('notAsked' in atHand)) return { told }
  const { notAsked } = atHand
  return { told: [...told, `Not known: ${unknown} (${notAsked}).`], notAsked }
}

function holdsBack({ fileName }: MigrationFile): string {
  return `${fileName} is a contract step: while it waits, it holds this back. --before-contracts puts new files before it.`
}
