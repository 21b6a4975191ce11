import { onDatabase } from '../stage/on-database.js'

/** More workers than any concurrency measured. */
const workers = 64

/** The note of a worker. Each has its own, so that nobody waits for a row and every contender does the same. */
export function noteId(worker: number): string {
  return `00000000-0000-7000-8000-${worker.toString(16).padStart(12, '0')}`
}

/** Puts a note of each worker into tables that have an id, a title and a body. */
export async function fillNotes(url: string, tables = ['notes', 'plain_notes']): Promise<void> {
  await onDatabase(url, async (client) => {
    for (const table of tables) {
      await client.query(
        `insert into ${table} (id, title, body) select unnest($1::uuid[]), 'A note', 'A body'`,
        [Array.from({ length: workers }, (_, worker) => noteId(worker))],
      )
    }
  })
}
