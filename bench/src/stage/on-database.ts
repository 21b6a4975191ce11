import pg from 'pg'

/**
 * Does something over a connection of its own, and closes it.
 *
 * @param url - The database, with who connects.
 */
export async function onDatabase<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
