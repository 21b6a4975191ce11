import type { Kysely } from 'kysely'
import type { UserDatabase } from '../database.js'
import { publicColumns, publicProfileOf, type ProfileRow, type PublicProfile } from './profile.js'

/** The row of one public profile, with its version, if that person has one. */
export async function findProfile(
  db: Kysely<UserDatabase>,
  id: string,
): Promise<Pick<ProfileRow, 'version' | (typeof publicColumns)[number]> | undefined> {
  const columns = [...publicColumns, 'version'] as const
  return db.selectFrom('profiles').select(columns).where('id', '=', id).executeTakeFirst()
}

/**
 * The public profiles of people, in the order of the ids, each once. People without a profile are left out.
 *
 * @param ids - UUIDs in small letters.
 */
export async function readProfiles(
  db: Kysely<UserDatabase>,
  ids: readonly string[],
): Promise<PublicProfile[]> {
  const wanted = [...new Set(ids)]
  const rows = await db.selectFrom('profiles').select(publicColumns).where('id', 'in', wanted).execute()
  const profiles = new Map(rows.map((row) => [row.id, publicProfileOf(row)]))
  return wanted.flatMap((id) => profiles.get(id) ?? [])
}
