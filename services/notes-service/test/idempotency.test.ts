import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forgetKeysRegularly } from '../src/idempotency/forgetting.js'
import { forgetExpiredKeys } from '../src/idempotency/remembered-keys.js'
import type { Person } from './person.js'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const groceries = { title: 'Groceries', body: 'Milk', tags: ['home'] }
const send = (person: Person, key: string, body: unknown) =>
  person.send('POST', '/api/notes', body, { 'idempotency-key': key })

describe('a POST with an Idempotency-Key', () => {
  it('answers a repetition with the note as it was made, whatever became of it', async () => {
    const ada = await stage.person()
    const made = await send(ada, 'one', groceries)
    expect(made.headers.has('idempotency-replayed')).toBe(false)
    await ada.put(made.body.id, '"1"', { title: 'Changed' })
    await ada.delete(made.body.id, '"2"')
    const again = await send(ada, 'one', { tags: ['home'], body: 'Milk', title: 'Groceries' })
    expect([again.status, again.etag, again.body]).toEqual([201, '"1"', made.body])
    expect(again.headers.get('location')).toBe(made.headers.get('location'))
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  it('refuses the key for another request', async () => {
    const ada = await stage.person()
    await send(ada, 'one', groceries)
    const other = await send(ada, 'one', { ...groceries, title: 'Other' })
    expect([other.status, other.body.type]).toEqual([422, 'urn:problem-type:idempotency-key-reused'])
    expect(await ada.all('/api/notes')).toHaveLength(1)
  })

  it('does not remember a request that was refused', async () => {
    const ada = await stage.person()
    expect((await send(ada, 'one', { title: '' })).status).toBe(400)
    expect((await send(ada, 'one', groceries)).status).toBe(201)
  })

  it('is of one person: others may choose the same key', async () => {
    const [ada, bob] = [await stage.person(), await stage.person()]
    const [hers, his] = [await send(ada, 'one', groceries), await send(bob, 'one', { title: 'His' })]
    expect([hers.status, his.status]).toEqual([201, 201])
    expect(his.body.id).not.toBe(hers.body.id)
  })

  it.each(['', 'x'.repeat(256), 'ä'])('refuses the key %j', async (key) => {
    const ada = await stage.person()
    expect((await send(ada, key, groceries)).status).toBe(400)
  })

  it('makes one note when many arrive at once', async () => {
    const ada = await stage.person()
    const answers = await Promise.all(Array.from({ length: 32 }, () => send(ada, 'race', groceries)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(31)
    expect(await ada.all('/api/notes')).toHaveLength(1)
  })

  it('lets one of two different requests win when they arrive at once', async () => {
    const ada = await stage.person()
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, at) => send(ada, 'race', { title: at % 2 ? 'odd' : 'even' })),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array<number>(8).fill(201), ...Array<number>(8).fill(422)])
    expect(await ada.all('/api/notes')).toHaveLength(1)
  })
})

describe('expired keys', () => {
  const expire = (person: Person) =>
    stage.database.query(
      `update idempotency_keys set expires_at = now() - interval '1 second', version = version + 1
       where note_id in (select id from notes where author_id = $1)`,
      [person.id],
    )
  const kept = async () =>
    Number(
      (await stage.database.query<{ n: number }>('select count(*) as n from idempotency_keys')).rows[0]?.n,
    )

  it('are free again, also before they are removed, and then for one request only', async () => {
    const ada = await stage.person()
    await send(ada, 'one', groceries)
    await expire(ada)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(ada, 'one', { title: 'Next day' })),
    )
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(await ada.all('/api/notes')).toHaveLength(2)
  })

  it('are removed in small batches, and living ones are not', async () => {
    const [ada, bob] = [await stage.person(), await stage.person()]
    for (let key = 0; key < 5; key++) await send(ada, `k${key}`, groceries)
    await send(bob, 'mine', groceries)
    await forgetExpiredKeys(stage.database, 1000)
    const before = await kept()
    await expire(ada)
    expect(await forgetExpiredKeys(stage.database, 2)).toBe(2)
    expect(await forgetExpiredKeys(stage.database, 2)).toBe(2)
    expect(await forgetExpiredKeys(stage.database, 2)).toBe(1)
    expect(await forgetExpiredKeys(stage.database, 2)).toBe(0)
    expect(await kept()).toBe(before - 5)
    expect((await send(bob, 'mine', groceries)).headers.get('idempotency-replayed')).toBe('true')
  })

  it('are removed from time to time until that is stopped', async () => {
    const ada = await stage.person()
    for (let key = 0; key < 5; key++) await send(ada, `k${key}`, groceries)
    await expire(ada)
    const before = await kept()
    const stop = forgetKeysRegularly(stage.database, {
      everyMs: 10,
      batch: 2,
      onError: (error) => expect.unreachable(String(error)),
    })
    await expect.poll(kept).toBe(before - 5)
    await stop()
    await send(ada, 'late', groceries)
    await expire(ada)
    const after = await kept()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await kept()).toBe(after)
  })
})
