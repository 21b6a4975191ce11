import { fileURLToPath } from 'node:url'
import { systemTemplates } from 'freehold/testing'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import system from '../../freehold.config.js'

const services = ['auth', 'user', 'notes']
const rounds = 5

test('a test file has three fresh databases well under a second', async () => {
  const adminUrl = inject('serverUrl')
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const templates = await systemTemplates({ adminUrl, system, root })
  const milliseconds: number[] = []
  const databases = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    const copy = await templates.clone()
    milliseconds.push(Math.round(performance.now() - startedAt))
    for (const service of services) databases.add(await databaseMigrated(copy.migratorUrl(service)))
    await copy.drop()
  }
  expect(databases.size).toBe(rounds * services.length)
  const median = milliseconds.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]
  console.info(`three fresh databases: median ${median} ms of ${milliseconds.join(', ')} ms`)
  expect(median).toBeLessThan(1_000)
})

/** The database behind a URL, which has to be migrated. */
async function databaseMigrated(url: string): Promise<string> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<{ database: string; migrations: number }>(
      'select current_database() as database, count(*)::int as migrations from freehold.migrations',
    )
    expect(rows[0]?.migrations).toBeGreaterThan(0)
    return rows[0]?.database ?? ''
  } finally {
    await client.end()
  }
}
