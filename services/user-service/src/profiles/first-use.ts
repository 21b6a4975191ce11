import type { Queryable } from '@freehold/runtime'
import { eventLog, type Causes } from '@freehold/runtime/events'
import { requiredKeys, sealValues } from '@freehold/runtime/personal'
import type { Caller } from '@notes/identity'
import { userService } from '../../ownership.js'
import { nameColumns, splitName } from './person-name.js'
import { profileChanged } from './profile-events.js'
import { profileLimits } from './profile-schema.js'
import type { ProfileRow } from './profile.js'

const events = eventLog(userService)

const makeProfile = `
  with made as (
    insert into profiles (id, display_name, given_name, family_name, personal)
    values ($1, $2, $3, $4, $5)
    on conflict (id) do nothing
    returning id, display_name, bio, avatar_url, given_name, family_name, version, created_at, updated_at
  ), audited as (
    insert into audit_log (actor, action, entity, entity_id, version, request_id)
    select id, 'profile.created', 'profiles', id, version, $6 from made
  )
  select id, display_name, bio, avatar_url, given_name, family_name, version, created_at, updated_at from made`

/**
 * Makes the profile of somebody who has none, unless another request was faster. Not an insert of the
 * entity, because two first requests at once are no error.
 *
 * @param tx - A transaction: the profile and its event are two statements.
 * @param caller - Whose profile it is. The name in the token becomes the display name.
 * @param requestId - What the audit log has of the cause: the id of a request, or of an event.
 * @returns The new profile; nothing when there is one already.
 * @throws FreeholdError `FREEHOLD_SUBJECT_ERASED` when the person has left.
 */
export async function makeProfileOnce(
  tx: Queryable,
  caller: Pick<Caller, 'userId' | 'name'>,
  requestId: string,
  causes: Causes,
): Promise<ProfileRow | undefined> {
  const name = nameColumns(splitName(displayNameFrom(caller.name)))
  const { rows } = await tx.query<ProfileRow>({
    name: 'profile_first_use',
    text: makeProfile,
    values: [
      caller.userId,
      name.display_name,
      name.given_name,
      name.family_name,
      await personalOf(tx, caller.userId, { ...name, bio: '' }),
      requestId,
    ],
  })
  const [made] = rows
  if (made !== undefined) await events.append(tx, profileChanged(made, causes))
  return made
}

/** The columns of a new profile as its history keeps them. Null is not sealed. */
async function personalOf(
  { keys }: Queryable,
  subject: string,
  columns: Readonly<Record<string, string | null>>,
): Promise<string> {
  const at = { service: 'user', name: 'profiles', subject, purpose: 'user' }
  const values = Object.entries(columns).flatMap(([field, value]) =>
    value === null ? [] : { ...at, field, value },
  )
  const envelopes = await sealValues(requiredKeys(keys), values)
  return JSON.stringify(Object.fromEntries(values.map(({ field }, index) => [field, envelopes[index]])))
}

/** What a display name cannot hold: controls, and what turns the text around it. */
const unwelcome = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** A display name from the name in a token, whose bounds are another service's. */
export function displayNameFrom(name: string): string {
  const fitting = Array.from(name.replace(unwelcome, '').trim()).slice(0, profileLimits.displayName).join('')
  return fitting === '' ? 'Somebody' : fitting
}
