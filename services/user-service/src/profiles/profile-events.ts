import type { Causes, NewEvent } from '@freehold/runtime/events'
import { ProfileChanged } from '@notes/contracts'
import type { ProfileContent } from './changes.js'
import type { ProfileRow } from './profile.js'

/** What others hear of a profile: how to show the person. */
export function profileChanged(
  { id, display_name, avatar_url, version }: ProfileRow,
  causes: Causes,
): NewEvent<typeof ProfileChanged> {
  return {
    contract: ProfileChanged,
    data: { userId: id, displayName: display_name, avatarUrl: avatar_url, version },
    ...causes,
  }
}

/** Whether a change is one that others show. */
export function isTold(set: Partial<ProfileContent>): boolean {
  return set.display_name !== undefined || set.avatar_url !== undefined
}
