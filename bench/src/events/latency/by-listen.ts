import pg from 'pg'
import type { Closing } from '../../stage/closing.js'
import type { Heard, Herald } from './herald.js'

/** The least there is: NOTIFY in the transaction, LISTEN and DELETE in the same process and database. */
export async function byListen(url: string, heard: Heard, closing: Closing): Promise<Herald> {
  const [teller, listener] = [url, url].map((connectionString) => new pg.Client({ connectionString })) as [
    pg.Client,
    pg.Client,
  ]
  for (const client of [teller, listener]) {
    await client.connect()
    closing.defer(() => client.end())
  }
  await teller.query('create table messages (id uuid primary key)')
  const take = async (): Promise<void> => {
    const { rows } = await listener.query<{ id: string }>({
      name: 'take',
      text: 'delete from messages returning id',
    })
    for (const { id } of rows) heard(id)
  }
  listener.on('notification', () => {
    take().catch((error: unknown) => {
      console.error(error)
    })
  })
  await listener.query('listen told')
  return {
    name: 'LISTEN and DELETE RETURNING, same database',
    async tell(id) {
      await teller.query({
        name: 'tell',
        text: `with told as (insert into messages (id) values ($1)) select pg_notify('told', '')`,
        values: [id],
      })
    },
  }
}
