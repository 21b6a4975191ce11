import { FreeholdError } from '@freehold/manifest/errors'
import { saidVersion, type ExpectedVersion } from './expected-version.js'

/** The key of a row. */
export type EntityKey = string | number | bigint

/** What a refused write says of itself. */
interface Attempt {
  readonly table: string
  readonly key: EntityKey
}

/** The write lost the race: the row has another version than the writer had read. */
export class VersionConflict<Row extends { version: number } = { version: number }> extends FreeholdError {
  /** The row as it is now. */
  readonly current: Row

  constructor(attempt: Attempt & { expectedVersion: ExpectedVersion; current: Row; cause?: unknown }) {
    const { table, key, expectedVersion, current } = attempt
    super('FREEHOLD_VERSION_CONFLICT', {
      message: `"${table}" ${String(key)} has version ${current.version}, not ${saidVersion(expectedVersion)}.`,
      details: { table, key: String(key), expectedVersion, currentVersion: current.version },
      cause: attempt.cause,
    })
    this.current = current
  }
}

/** There is no such row, or none in the scope that was asked for. */
export class EntityNotFound extends FreeholdError {
  constructor({ table, key }: Attempt) {
    super('FREEHOLD_ENTITY_NOT_FOUND', {
      message: `There is no row of "${table}" with the key ${String(key)} in the scope that was asked for.`,
      details: { table, key: String(key) },
    })
  }
}
