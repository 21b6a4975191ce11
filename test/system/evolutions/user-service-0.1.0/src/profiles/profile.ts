/** A row of `profiles`. */
export interface ProfileRow {
  id: string
  display_name: string
  bio: string
  avatar_url: string | null
  version: number
  created_at: Date
  updated_at: Date
}

/** The columns of `profiles`, in the order of the migration. */
export const profileColumns = [
  'id',
  'display_name',
  'bio',
  'avatar_url',
  'version',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof ProfileRow)[]

/** What everybody may see of a person. */
export interface PublicProfile {
  readonly id: string
  readonly displayName: string
  readonly bio: string
  readonly avatarUrl: string | null
}

/** What a person sees of themselves. */
export interface Profile extends PublicProfile {
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** The columns that everybody may see. */
export const publicColumns = [
  'id',
  'display_name',
  'bio',
  'avatar_url',
] as const satisfies readonly (keyof ProfileRow)[]

/** Shows a row to everybody. */
export function publicProfileOf(row: Pick<ProfileRow, (typeof publicColumns)[number]>): PublicProfile {
  return { id: row.id, displayName: row.display_name, bio: row.bio, avatarUrl: row.avatar_url }
}

/** Shows a row to the person whose profile it is. */
export function profileOf(row: ProfileRow): Profile {
  return {
    ...publicProfileOf(row),
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
