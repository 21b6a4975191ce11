import {
  EntityNotFound,
  fromRow,
  immutableLog,
  mutableEntity,
  type Database,
  type ExpectedVersion,
} from '@freehold/runtime'
import { eventLog, type Causes } from '@freehold/runtime/events'
import type { Caller } from '@notes/identity'
import { userService } from '../../ownership.js'
import type { AuditRow } from '../audit/audit.js'
import type { ProfileContent } from './changes.js'
import { makeProfileOnce } from './first-use.js'
import { isTold, profileChanged } from './profile-events.js'
import { profileColumns, type ProfileRow } from './profile.js'

/** Whose profile is meant, and in which request. */
export interface Self {
  readonly caller: Pick<Caller, 'userId' | 'name'>
  readonly requestId: string
  /** What its events say of where they come from. */
  readonly causes: Causes
}

/** The profiles of people who look at themselves. */
export interface ProfileStore {
  /** The caller's profile; it comes into being when it is first looked at. */
  own(self: Self): Promise<ProfileRow>
  /**
   * Writes the given columns of the caller's profile, with its history row and its audit row, and with
   * its event when others show what changed. With none,
   * the profile stays as it is.
   *
   * @throws VersionConflict when the profile moved on.
   */
  change(self: Self, expected: ExpectedVersion, set: Partial<ProfileContent>): Promise<ProfileRow>
}

/** The profiles in a database. */
export function profileStore(database: Database): ProfileStore {
  const profiles = mutableEntity<ProfileRow>(userService, 'profiles', { columns: profileColumns })
  const events = eventLog(userService)
  const audit = immutableLog<AuditRow>(userService, 'audit_log', {
    columns: ['actor', 'action', 'entity', 'entity_id', 'version', 'request_id'],
  })

  async function own({ caller, requestId, causes }: Self): Promise<ProfileRow> {
    const found =
      (await profiles.find(database, caller.userId)) ??
      (await database.transaction((tx) => makeProfileOnce(tx, caller, requestId, causes)))
    if (found !== undefined) return found
    const made = await profiles.find(database, caller.userId)
    if (made !== undefined) return made
    throw new EntityNotFound({ table: profiles.table, key: caller.userId })
  }

  function update(
    { caller, requestId, causes }: Self,
    expected: ExpectedVersion,
    set: Partial<ProfileContent>,
  ): Promise<ProfileRow> {
    const change = {
      key: caller.userId,
      expectedVersion: expected,
      set,
      append: [
        audit.entry({
          actor: caller.userId,
          action: 'profile.changed',
          entity: 'profiles',
          entity_id: caller.userId,
          version: fromRow('version'),
          request_id: requestId,
        }),
      ],
    }
    if (!isTold(set)) return profiles.update(database, change)
    return database.transaction(async (tx) => {
      const row = await profiles.update(tx, change)
      await events.append(tx, profileChanged(row, causes))
      return row
    })
  }

  return {
    own,
    async change(self, expected, set) {
      const target = { key: self.caller.userId, expectedVersion: expected }
      const write = (): Promise<ProfileRow> =>
        Object.keys(set).length === 0 ? profiles.check(database, target) : update(self, expected, set)
      try {
        return await write()
      } catch (error) {
        if (!(error instanceof EntityNotFound)) throw error
        await own(self)
        return write()
      }
    },
  }
}
