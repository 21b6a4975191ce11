import pg from 'pg'

/** More workers than any concurrency measured. */
const workers = 64

/** The note of a worker. Each has its own, so that nobody waits for a row and every contender does the same. */
export function noteId(worker: number): string {
  return `00000000-0000-7000-8000-${worker.toString(16).padStart(12, '0')}`
}

/** Puts the notes of all workers into both tables, and brings the statistics up to date. */
export async function fillNotes(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let worker = 0; worker < workers; worker += 1) {
      for (const table of ['notes', 'plain_notes']) {
        await client.query(`insert into ${table} (id, title, body) values ($1, $2, $3)`, [
          noteId(worker),
          'A note',
          'A body',
        ])
      }
    }
  } finally {
    await client.end()
  }
}
