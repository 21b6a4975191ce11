import pg from 'pg'

/** A transaction that has written, and stays open. */
export interface HeldTransaction {
  commit(): Promise<void>
}

/**
 * Opens a transaction that writes, and leaves it idle.
 *
 * @param url - Where; another database of the same server holds back the same horizon.
 * @param statements - What it does before it idles.
 */
export async function holdTransaction(
  url: string,
  statements: readonly string[] = ['select pg_current_xact_id()'],
): Promise<HeldTransaction> {
  const client = new pg.Client(url)
  // It may be cut off by what the test does to the server.
  client.on('error', () => undefined)
  await client.connect()
  await client.query('begin')
  for (const statement of statements) await client.query(statement)
  return {
    async commit() {
      await client.query('commit')
      await client.end()
    },
  }
}
