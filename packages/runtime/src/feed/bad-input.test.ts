import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FeedStage } from '../../test/transports/feed-stage.js'
import { subscribed } from '../../test/transports/stage.js'

let stage: FeedStage
let epoch: string
let segment: string

beforeAll(async () => {
  stage = await FeedStage.open()
  await stage.publish(10)
  const { headers } = await asked('/events')
  epoch = headers.get('freehold-epoch') ?? ''
  segment = headers.get('freehold-segment') ?? ''
})
afterAll(() => stage.close())

interface Answer {
  status: number
  headers: Headers
  body: { type?: string; detail?: string; reason?: string; [member: string]: unknown }
}

async function asked(path: string, token?: string | null): Promise<Answer> {
  const bearer = token === undefined ? await stage.token('billing') : token
  const headers = bearer === null ? {} : { authorization: `Bearer ${bearer}` }
  const response = await fetch(stage.url + path, { headers })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  }
}

describe('who asks', () => {
  test.each(['/events', '/events/head', '/segments/1'])('must say who it is: %s', async (path) => {
    const { status, headers, body } = await asked(path, null)
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toMatch(/^Bearer /)
    expect(body.type).toBe('urn:problem-type:service-token-missing')
    expect(body.detail).toContain('authorization: Bearer')
  })

  test('with a token that is expired, is told to look at the clocks', async () => {
    const past = Date.now() - 120_000
    const { status, headers, body } = await asked(
      '/events',
      await stage.token('billing', { now: () => past }),
    )
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toContain('invalid_token')
    expect(body).toMatchObject({ reason: 'expired', detail: expect.stringContaining('clocks') })
  })

  test('with a token for another service, is told for which to sign', async () => {
    const { status, body } = await asked('/events', await stage.token('billing', { asked: 'stock' }))
    expect(status).toBe(401)
    expect(body).toMatchObject({ reason: 'audience', detail: expect.stringContaining('"workshop"') })
  })

  test('with a token that is forged or none at all, is told where keys come from', async () => {
    const [head, claims] = (await stage.token('billing')).split('.')
    const [, , signature] = (await stage.token('stock')).split('.')
    const forged = await asked('/events', `${head}.${claims}.${signature}`)
    expect(forged.status).toBe(401)
    expect(forged.body).toMatchObject({
      reason: 'signature',
      detail: expect.stringContaining('freehold apply'),
    })
    const garbage = await asked('/events', 'garbage')
    expect(garbage.status).toBe(401)
    expect(garbage.body).toMatchObject({ reason: 'malformed', detail: expect.stringContaining('tokenFor') })
  })

  test('and is no consumer, is told which line to add, and let in when it is added', async () => {
    const { status, body } = await asked('/events', await stage.token('stranger'))
    expect(status).toBe(403)
    expect(body.type).toBe('urn:problem-type:not-a-consumer')
    expect(body.detail).toContain('consumes: { workshop: [')
    await stage.allow('stranger', stage.type)
    await expect.poll(async () => (await asked('/events', await stage.token('stranger'))).status).toBe(200)
  })
})

describe('a query', () => {
  test.each([
    ['after=-1', '#/after', 'from 0 to 9007199254740991'],
    ['after=1.5', '#/after', 'whole number'],
    ['after=99999999999999999999', '#/after', 'from 0 to 9007199254740991'],
    ['after=9007199254740993', '#/after', 'from 0 to 9007199254740991'],
    ['after=0x10', '#/after', 'whole number'],
    ['after=', '#/after', 'position of the cursor'],
    ['after=1&after=2', '#/after', 'once'],
    ['limit=0', '#/limit', 'from 1 to 1000'],
    ['limit=1001', '#/limit', 'from 1 to 1000'],
    ['wait=31', '#/wait', 'from 0 to 30'],
    ['wait=-1', '#/wait', 'from 0 to 30'],
    ['epoch=new', '#/epoch', 'freehold-epoch'],
    ['segment=7', '#/segment', 'freehold-segment'],
    ['position=1', '#/position', 'not known'],
  ])('that makes no sense is refused with what would: %s', async (query, pointer, words) => {
    const { status, body } = await asked(`/events?${query}`)
    expect(status).toBe(400)
    expect(body.type).toBe('urn:problem-type:invalid-request')
    expect(body['errors']).toEqual([{ in: 'query', pointer, detail: expect.stringContaining(words) }])
  })

  test('is told all that is wrong at once', async () => {
    const { body } = await asked('/events?after=x&limit=x&wait=x')
    expect(body['errors']).toHaveLength(3)
  })

  test.each(['0', '2', 'x', '99999999999999999999', '-1'])('for segment %s finds none', async (number) => {
    const { status, body } = await asked(`/segments/${number}`)
    expect(status).toBe(404)
    expect(body.detail).toContain('count from 1')
  })
})

describe('a cursor', () => {
  test('behind the end of the log is refused, with where it ends', async () => {
    for (const after of [11, Number.MAX_SAFE_INTEGER]) {
      const { status, body } = await asked(`/events?after=${after}&epoch=${epoch}&segment=${segment}`)
      expect(status).toBe(409)
      expect(body).toMatchObject({
        type: 'urn:problem-type:cursor-of-another-life',
        reason: 'beyond-head',
        head: 10,
        forkPosition: 10,
        epoch,
        epochs: [{ id: epoch, number: 1, first_position: 1 }],
        detail: expect.stringContaining('ends at position 10'),
      })
    }
  })

  test('of a life that the log knows not is refused, and where they part is not guessed', async () => {
    const { status, body } = await asked(`/events?after=10&epoch=${randomUUID()}&segment=${segment}`)
    expect(status).toBe(409)
    expect(body).toMatchObject({ reason: 'unknown-epoch', detail: expect.stringContaining('Decide whether') })
    expect(body).not.toHaveProperty('forkPosition')
  })

  test('whose segment is another is refused, though the epoch is the same', async () => {
    const { status, body } = await asked(`/events?after=10&epoch=${epoch}&segment=${randomUUID()}`)
    expect(status).toBe(409)
    expect(body).toMatchObject({ reason: 'other-segment' })
    expect(body).not.toHaveProperty('forkPosition')
  })

  test('that fits goes on, and so does one that says but its position', async () => {
    expect((await asked(`/events?after=10&epoch=${epoch}&segment=${segment}`)).status).toBe(200)
    expect((await asked('/events?after=10')).status).toBe(200)
  })

  test('of a life before is told where the lives part; what both share goes on', async () => {
    await stage.publish(5)
    const { headers } = await asked('/events?after=10')
    const lost = headers.get('freehold-segment')
    await stage.fork(10)
    const { status, body } = await asked(`/events?after=15&epoch=${epoch}&segment=${lost}`)
    expect(status).toBe(409)
    expect(body).toMatchObject({ reason: 'other-segment', forkPosition: 10, head: 15 })
    expect(body['epochs']).toMatchObject([{ first_position: 1 }, { first_position: 11 }])
    const shared = await asked(`/events?after=10&epoch=${epoch}&segment=${segment}`)
    expect(shared.status).toBe(200)
    expect(shared.headers.get('freehold-epoch')).not.toBe(epoch)
    const subscription = await subscribed(stage, { position: 15, epoch, segment: lost })
    await expect(subscription.next({ limit: 1, waitMs: 0 })).rejects.toMatchObject({
      code: 'FREEHOLD_EVENTS_CURSOR_FORKED',
      details: { source: 'workshop', reason: 'other-segment', head: 15, forkPosition: 10 },
    })
  })
})
