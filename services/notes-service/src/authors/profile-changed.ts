import type { DataOf } from '@freehold/manifest'
import type { Queryable } from '@freehold/runtime'
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
 * applied again, to a projection that is being rebuilt for instance.
 *
 * @param tx - The transaction that also moves the cursor.
 */
export async function applyProfileChanged(
  tx: Queryable,
  { data }: { readonly data: DataOf<typeof ProfileChanged> },
): Promise<void> {
  await tx.query({
    name: 'author_profile_changed',
    text: upsertAuthor,
    values: [data.userId, data.displayName, data.avatarUrl, data.version],
  })
}
