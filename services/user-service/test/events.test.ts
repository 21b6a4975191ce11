import { randomUUID } from 'node:crypto'
import type { Delivered } from '@freehold/runtime/events'
import { openValues } from '@freehold/runtime/personal'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ProfileChanged } from '@notes/contracts'
import { makeProfileOfAccount } from '../src/profiles/account-registered.js'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

interface Told {
  readonly data: { readonly displayName: string; readonly version: number }
  readonly correlation_id: string
  readonly causation_id: string
}

/** What was told, with the name opened, which is sealed. */
async function told(id: string): Promise<Told[]> {
  const text = 'select data, correlation_id, causation_id from events where key = $1 order by seq'
  const { rows } = await stage.database.query<Told>(text, [id])
  const place = { service: 'user', name: ProfileChanged.type, field: 'displayName', subject: id }
  const sealed = rows.map(({ data }) => ({ ...place, envelope: data.displayName }))
  const names = await openValues(stage.keys, sealed)
  return rows.map((row, index) => ({ ...row, data: { ...row.data, displayName: String(names[index]) } }))
}

const registered = (accountId: string, displayName: string) => ({
  ...({ position: 1, segment: randomUUID(), id: randomUUID(), source: 'auth', time: new Date() } as const),
  ...({ type: 'auth.account-registered.v1', subject: accountId, correlationId: 'request-1' } as const),
  ...({ causationId: undefined, traceparent: undefined } as const),
  data: { accountId, displayName, registeredAt: '2026-01-01T00:00:00Z' },
})

const apply = (event: Delivered<{ accountId: string; displayName: string; registeredAt: string }>) =>
  stage.database.transaction((tx) => makeProfileOfAccount(tx, event))

it('a profile is told of when it comes into being and when others show what changed, with its version', async () => {
  const ada = await stage.person('Ada')
  await Promise.all(Array.from({ length: 8 }, () => ada.me()))
  await ada.patch('"1"', { bio: 'Engines' })
  await ada.patch('"2"', { displayName: 'Ada L.' })
  await ada.patch('"2"', { displayName: 'late' })
  await ada.patch('"3"', {})
  expect((await told(ada.id)).map(({ data }) => [data.version, data.displayName])).toEqual([
    [1, 'Ada'],
    [3, 'Ada L.'],
  ])
})

it('a registration makes the profile once, however often it is told and whoever is first', async () => {
  const id = randomUUID()
  const event = registered(id, '  Grace ')
  await apply(event)
  await apply(event)
  expect(await told(id)).toMatchObject([
    { data: { displayName: 'Grace', version: 1 }, correlation_id: 'request-1', causation_id: event.id },
  ])
  const ada = await stage.person('Ada')
  await ada.me()
  await apply(registered(ada.id, 'Ada'))
  expect(await told(ada.id)).toHaveLength(1)
})
