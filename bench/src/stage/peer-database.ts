import { fillNotes } from '../writes/rows.js'
import { onDatabase } from './on-database.js'
import type { Stage } from './stage.js'

/** A database for a peer: a plain table to change, with the rows of all workers, and room for what the peer brings. */
export async function peerDatabase(stage: Stage, name: string): Promise<string> {
  const url = await stage.emptyDatabase(name)
  await onDatabase(url, (client) =>
    client.query(
      `create table plain_notes (
         id uuid primary key, title text not null, body text not null, version integer not null default 1,
         created_at timestamptz not null default now(), updated_at timestamptz not null default now()
       )`,
    ),
  )
  await fillNotes(url, ['plain_notes'])
  return url
}
