import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import system from '../../../../freehold.config.js'
import { openShadow, type Shadow, type ShadowSystem } from './index.js'

const root = join(import.meta.dirname, '../../../..')

let shadow: Shadow
beforeAll(async () => {
  shadow = await openShadow({ url: inject('serverUrl') })
})
afterAll(() => shadow.remove())

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

const countIn = (at: ShadowSystem) =>
  ask<{ count: number }>(
    at.adminUrl('notes'),
    'select count(*)::integer as count from freehold.migrations',
  ).then(([row]) => row?.count)

test('a system stands at a number of migrations, a copy of it goes on, and the first stays', async () => {
  const before = await shadow.provision({ system, root, upTo: { notes: 2 } })
  const after = await before.copy()
  await after.advance({ system, root })

  expect(await countIn(before)).toBe(2)
  expect(await countIn(after)).toBeGreaterThan(2)
  expect(await ask(after.appUrl('notes'), 'select session_user, current_schema')).toEqual([
    { session_user: 'notes_app', current_schema: 'notes' },
  ])
  expect(await ask(after.migratorUrl('notes'), 'select session_user, current_user')).toEqual([
    { session_user: 'notes_migrator', current_user: 'notes_owner' },
  ])
  await after.drop()
  await expect(countIn(after)).rejects.toMatchObject({ code: '3D000' })
})

test('without a URL a server is booted, and is gone at the end', async () => {
  const own = await openShadow()
  const at = await own.provision({ system, root })
  expect(await ask(at.appUrl('user'), 'select count(*)::integer as count from profiles')).toEqual([
    { count: 0 },
  ])
  await own.remove()
  await expect(ask(own.url, 'select 1')).rejects.toThrow()
})

test('a server where roles of the system log in with other passwords is refused, and left as it is', async () => {
  const other = system.services.map((service) => ({ ...service, name: `held_${service.name}` }))
  const name = other[0]?.name ?? ''
  await ask(inject('serverUrl'), `create role ${name}_app login password 'of somebody'`)
  try {
    const held = { ...system, services: other.slice(0, 1).map((each) => ({ ...each, consumes: {} })) }
    await expect(shadow.provision({ system: held, root })).rejects.toMatchObject({
      code: 'FREEHOLD_SHADOW_SERVER_IN_USE',
      details: { roles: [`${name}_app`] },
    })
  } finally {
    await ask(inject('serverUrl'), `drop role ${name}_app`)
  }
})
