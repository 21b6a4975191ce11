import type { Queryable } from '@freehold/runtime'
import type { HeardOf } from '@freehold/runtime/events'
import { isErased } from '@freehold/runtime/personal'
import type { ProfileChanged } from '@notes/contracts'

const upsertAuthor = `
  insert into authors as a (id, display_name, avatar_url, profile_version)
  values ($1, $2, $3, $4)
  on conflict (id) do update
  set
    display_name = excluded.display_name,
    avatar_url = excluded.avatar_url,
    profile_version = excluded.profile_version,
    version = a.version + 1,
    updated_at = now()
  where a.profile_version < excluded.profile_version`

/**
 * Makes the author what their profile is now. What is older than what is known changes nothing, so that events may be
 * applied again, to a projection that is being rebuilt for instance. Of somebody who was forgotten nothing is kept.
 *
 * @param tx - The transaction that also moves the cursor.
 */
export async function applyProfileChanged(
  tx: Queryable,
  { data }: { readonly data: HeardOf<typeof ProfileChanged> },
): Promise<void> {
  const { userId, displayName, avatarUrl, version } = data
  if (isErased(displayName) || isErased(avatarUrl)) return
  await tx.query({
    name: 'author_profile_changed',
    text: upsertAuthor,
    values: [userId, displayName, avatarUrl, version],
  })
}
