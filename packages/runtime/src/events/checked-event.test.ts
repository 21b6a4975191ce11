import { randomUUID } from 'node:crypto'
import type { EventContract } from '@freehold/manifest'
import type { FreeholdError } from '@freehold/manifest/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MadeV1, makerEvents, NotedV1 } from '../../test/fixtures/maker.js'
import { rejection } from '../../test/fixtures/rejection.js'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { mostEventBytes } from './index.js'

let shop: Workshop
let db: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
})

afterAll(() => shop.drop())

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const made = (itemId: string) => ({ contract: MadeV1, data: { itemId, name: 'x', version: 1 } })
const noted = (note: unknown) => ({ contract: NotedV1, data: { itemId: 'i', note } })
const invalid = (...problems: object[]): unknown =>
  expect.objectContaining({
    code: 'FREEHOLD_EVENT_INVALID',
    details: expect.objectContaining({ problems }) as object,
  })

describe('an event that does not fit is refused', () => {
  const refused =
    (event: { contract: EventContract; data: unknown }): (() => unknown) =>
    () =>
      makerEvents.statement([event])

  test('with all that is wrong, and where', () => {
    const data = { itemId: 7, version: 0, titel: 'x', 'a/b~c': 1 }
    expect(refused({ contract: MadeV1, data })).toThrow(
      invalid(
        { pointer: '/data/name', message: 'is required' },
        { pointer: '/data/titel', message: 'is not known' },
        { pointer: '/data/a~1b~0c', message: 'is not known' },
        { pointer: '/data/itemId', message: 'must be string' },
        { pointer: '/data/version', message: 'must be >= 1' },
      ),
    )
    expect(refused({ contract: MadeV1, data })).toThrow('/data/name is required; /data/titel is not known')
  })

  test('also when more is wrong than a message says', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`member${i}`, i]))
    const contract: EventContract = MadeV1
    const data = { itemId: 'i', name: 1, version: 'x', remark: 2, ...many }
    const append = makerEvents.append(db, { contract, data })
    const { message, details } = (await rejection(append)) as FreeholdError
    expect(message).toMatch(/; and more\.$/)
    expect(details['problems']).toHaveLength(63)
  })

  test.each<readonly [string, unknown, object]>([
    ['no object', 'text', { pointer: '/data', message: 'must be object' }],
    ['undefined', undefined, { pointer: '/data', message: 'cannot be written as JSON' }],
    ['a bigint', { itemId: 'i', note: 1n }, { pointer: '/data', message: 'cannot be written as JSON' }],
    [
      'a date that is none',
      { itemId: 'i', note: 1, when: 'today' },
      { pointer: '/data/when', message: 'must match format "date-time"' },
    ],
    ...['\0', '\ud800', '\\\0', 'x\udfff'].map(
      (note) =>
        [
          JSON.stringify(note),
          { itemId: 'i', note },
          { pointer: '/data', message: 'must not contain a NUL character or half of a surrogate pair' },
        ] as const,
    ),
    [
      'an empty key',
      { itemId: '', note: 1 },
      { pointer: '/data/itemId', message: 'is the key of the event, and must not be empty' },
    ],
    [
      'a key of a page',
      { itemId: 'k'.repeat(513), note: 1 },
      { pointer: '/data/itemId', message: 'is the key of the event, of 512 characters at most' },
    ],
    [
      'a key of two lines',
      { itemId: 'a\nb', note: 1 },
      { pointer: '/data/itemId', message: 'is the key of the event, and must not have control characters' },
    ],
  ])('%s', (_, data, problem) => {
    expect(refused({ contract: NotedV1, data })).toThrow(invalid(problem))
  })

  test('a circle', () => {
    const note: unknown[] = []
    note.push(note)
    expect(refused({ contract: NotedV1, data: { itemId: 'i', note } })).toThrow(
      invalid({ pointer: '/data', message: 'cannot be written as JSON' }),
    )
  })

  test.each([
    ['id', 'x', '/id'],
    ['traceparent', '00-xyz', '/traceparent'],
    ['traceparent', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, '/traceparent'],
    ['traceparent', `${traceparent}\n`, '/traceparent'],
    ['traceparent', traceparent.replace('00', 'ff'), '/traceparent'],
    ['correlationId', '', '/correlationId'],
    ['causationId', 'a\r\nb', '/causationId'],
    ['causationId', 'c'.repeat(513), '/causationId'],
  ])('its %s %j', (name, value, pointer) => {
    const problem = expect.objectContaining({ pointer }) as object
    expect(() => makerEvents.entry({ ...made('i'), [name]: value })).toThrow(invalid(problem))
  })

  test.each(['\\u0000', '\\\\ud800', '😀', 'é'])('but not for %j, which only looks like it', async (note) => {
    const [id] = await db.transaction((tx) => makerEvents.append(tx, noted(note)))
    const { rows } = await db.query("select data -> 'note' as note from events where id = $1", [id])
    expect(rows).toEqual([{ note }])
  })

  test('before anything is sent, and the others with it', async () => {
    const key = randomUUID()
    await db.transaction(async (tx) => {
      const wrong = { contract: MadeV1, data: { itemId: key, name: 'x', version: 0 } }
      expect(await rejection(makerEvents.append(tx, [made(key), wrong]))).toMatchObject({
        code: 'FREEHOLD_EVENT_INVALID',
      })
    })
    expect((await db.query('select key from events where key = $1', [key])).rows).toEqual([])
  })
})

describe('the size of an event', () => {
  const sized = (bytes: number) => noted('ä'.repeat((bytes - JSON.stringify(noted('').data).length) / 2))

  test('is 262,144 bytes of JSON at most, and exactly so many are taken', async () => {
    await db.transaction((tx) => makerEvents.append(tx, sized(mostEventBytes)))
    expect(() => makerEvents.statement([sized(mostEventBytes + 2)])).toThrow(
      expect.objectContaining({
        code: 'FREEHOLD_EVENT_TOO_LARGE',
        message: expect.stringContaining('262146 bytes') as string,
        details: { type: NotedV1.type, bytes: mostEventBytes + 2, limit: mostEventBytes },
      }),
    )
  })

  test('is looked at before the rest: ten megabytes are not judged', () => {
    const notes = Array.from({ length: 1_000_000 }, () => '\0wrong')
    const event = { contract: MadeV1 as EventContract, data: { itemId: 7, notes } }
    expect(() => makerEvents.statement([event])).toThrow(
      expect.objectContaining({ code: 'FREEHOLD_EVENT_TOO_LARGE' }),
    )
  })
})
