import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guild, type Guild } from '../../test/fixtures/guild.js'

let house: Guild
const [known, erased, unknown] = [randomUUID(), randomUUID(), randomUUID()]
const purpose = 'guild'
let secret: Buffer

beforeAll(async () => {
  house = await guild()
  secret = (await house.keys.obtain({ subject: known, purpose })).secret
  await house.keys.obtain({ subject: erased, purpose })
  await house.keys.obtain({ subject: known, purpose: 'treasury' })
  await house.keys.destroy({ subject: erased })
})
afterAll(() => house.drop())

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: { type?: string; detail?: string; [member: string]: unknown }
}

async function asked(body: unknown, service: string | null = 'herald'): Promise<Answer> {
  const token = service === null ? undefined : await house.identityOf(service).tokenFor('guild')
  const response = await fetch(`${house.url}/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(text) as Answer['body'],
  }
}

const names = (...subjects: string[]) => ({ keys: subjects.map((subject) => ({ subject, purpose })) })

test('a consumer gets keys, that one was erased, or that there is none, in the order of its question', async () => {
  const { status, headers, body } = await asked(names(unknown, known, erased, known))
  expect(status).toBe(200)
  const key = secret.toString('base64url')
  expect(body).toEqual({ keys: [null, { key }, { erased: true }, { key }] })
  expect(headers.get('cache-control')).toBe('no-store')
})

test('nothing of it is logged, whatever the level', () => {
  expect(house.logged.length).toBeGreaterThan(1)
  for (const form of ['base64url', 'base64', 'hex'] as const)
    expect(house.logged.join()).not.toContain(secret.toString(form))
  expect(house.logged.join()).not.toContain(known)
})

describe('nobody else gets a key', () => {
  const isNone = ({ text, headers }: Answer): void => {
    expect(text).not.toContain(secret.toString('base64url'))
    expect(headers.get('cache-control')).toBe('no-store')
  }

  test('who does not say who it is, before what it asks is read', async () => {
    for (const body of [names(known), { keys: 7 }, 'nonsense']) {
      const answer = await asked(body, null)
      expect(answer).toMatchObject({ status: 401, body: { type: 'urn:problem-type:service-token-missing' } })
      isNone(answer)
    }
  })

  test('whom the manifest does not name', async () => {
    const answer = await asked(names(known), 'stranger')
    expect(answer).toMatchObject({ status: 403, body: { type: 'urn:problem-type:not-a-consumer' } })
    isNone(answer)
  })

  test.each(['treasury', 'herald', 'x'])(
    'for the purpose %s of events that it may not read',
    async (other) => {
      const { keys } = names(known)
      const answer = await asked({ keys: [...keys, { subject: known, purpose: other }] })
      expect(answer).toMatchObject({
        status: 403,
        body: { type: 'urn:problem-type:purpose-not-readable', purposes: [other] },
      })
      isNone(answer)
    },
  )
})

describe('what makes no sense is refused', () => {
  test('more than a thousand at a time, and a thousand are answered', async () => {
    const many = Array.from({ length: 1_001 }, () => randomUUID())
    const refused = await asked(names(...many))
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('at most 1000 items')
    const answered = await asked(names(...many.slice(1)))
    expect(answered.body['keys']).toEqual(Array.from({ length: 1_000 }, () => null))
  })

  test('a body that is too large', async () => {
    const { status, body } = await asked(names('x'.repeat(1_048_576)))
    expect({ status, type: body.type }).toEqual({ status: 413, type: 'urn:problem-type:body-too-large' })
  })

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['an empty list', { keys: [] }],
    ['no purpose', { keys: [{ subject: known }] }],
    ['more', { keys: [{ subject: known, purpose, all: true }] }],
    ['an empty subject', names('')],
    ['a long subject', names('x'.repeat(201))],
    ['a number', { keys: [{ subject: 7, purpose }] }],
  ])('%s', async (_, body) => expect((await asked(body)).status).toBe(400))
})

test('while its store is away the publisher asks to come back', async () => {
  const ledger = join(house.store, 'forgotten')
  await rename(ledger, `${ledger}.away`)
  const { status, headers } = await asked(names(known))
  await rename(`${ledger}.away`, ledger)
  expect({ status, after: headers.get('retry-after') }).toEqual({ status: 503, after: '2' })
  expect((await asked(names(known))).status).toBe(200)
})
