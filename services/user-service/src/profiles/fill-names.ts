import { EntityNotFound, mutableEntity, VersionConflict, type Database } from '@freehold/runtime'
import { isFreeholdError } from '@freehold/manifest/errors'
import { userService } from '../../ownership.js'
import { nameColumns, splitName } from './person-name.js'
import { profileColumns, type ProfileRow } from './profile.js'

/** How often, how many, and who hears when it fails. */
export interface FillingOptions {
  /** Milliseconds between rounds. Default 60 000. */
  readonly everyMs?: number
  /** Profiles read by one statement. Default 100. */
  readonly batch?: number
  /** Hears of a round that failed. The next one comes anyway. */
  readonly onError: (error: unknown) => void
}

const unfilled = `
  select id, display_name, version from profiles
  where given_name is null and id > $1
  order by id
  limit $2`

const first = '00000000-0000-0000-0000-000000000000'

/**
 * Gives profiles the parts of their name that another version left out: at once, and from time to time, until told to stop.
 * A migration cannot do it, because the parts are sealed with the keys of the person, which no database has.
 *
 * @returns Stops it, and waits for the round that is running.
 */
export function fillNamesRegularly(database: Database, options: FillingOptions): () => Promise<void> {
  const { everyMs = 60_000, batch = 100, onError } = options
  const stopping = new AbortController()
  const round = (): Promise<void> => fillNames(database, batch, stopping.signal).catch(onError)
  let running = round()
  const timer = setInterval(() => {
    running = running.then(round)
  }, everyMs)
  timer.unref()
  return async () => {
    stopping.abort()
    clearInterval(timer)
    await running
  }
}

async function fillNames(database: Database, batch: number, signal: AbortSignal): Promise<void> {
  const profiles = mutableEntity<ProfileRow>(userService, 'profiles', { columns: profileColumns })
  for (let after = first; !signal.aborted;) {
    const { rows } = await database.query<Pick<ProfileRow, 'id' | 'display_name' | 'version'>>({
      name: 'profiles_without_parts',
      text: unfilled,
      values: [after, batch],
    })
    for (const { id, display_name, version } of rows) {
      const change = { key: id, expectedVersion: version, set: nameColumns(splitName(display_name)) }
      await profiles.update(database, change).catch(ignoreWhoMovedOn)
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < batch) return
    after = last.id
  }
}

/** Who was written meanwhile comes in the next round, and who left does not come at all. */
function ignoreWhoMovedOn(error: unknown): void {
  const movedOn = error instanceof VersionConflict || error instanceof EntityNotFound
  if (!movedOn && !isFreeholdError(error, 'FREEHOLD_SUBJECT_ERASED')) throw error
}
