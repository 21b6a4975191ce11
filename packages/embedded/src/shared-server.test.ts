import pg from 'pg'
import { expect, inject, test } from 'vitest'

test('the server that tests share is of the version that was asked for', async () => {
  const client = new pg.Client({ connectionString: inject('serverUrl') })
  await client.connect()
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  )
  await client.end()
  expect(rows[0]?.version).toMatch(new RegExp(`^${process.env.FREEHOLD_TEST_POSTGRES ?? '18'}`))
})
