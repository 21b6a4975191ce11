import type pg from 'pg'
import type { ExpectedDatabase } from '../provisioning/expected.js'

/** Copies a database with its rows, its owner and who may connect. Nobody may be connected to the original. */
export async function copyDatabase(
  client: pg.Client,
  original: Pick<ExpectedDatabase, 'name' | 'owner' | 'connect'>,
  name: string,
): Promise<void> {
  const { owner, connect } = original
  // Closed until PUBLIC is out, as in production: somebody may be planning on this server meanwhile.
  await client.query(
    `create database ${name} owner ${owner} template ${original.name} allow_connections false`,
  )
  await client.query(
    `revoke all on database ${name} from public; grant connect on database ${name} to ${connect.join(', ')}; alter database ${name} allow_connections true`,
  )
}
