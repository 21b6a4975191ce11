import { defineEvent } from '@freehold/manifest'
import Type from 'typebox'
import { expect, test } from 'vitest'
import type { Delivered } from './index.js'
import { upcast, upcasters } from './index.js'

const key = { noteId: Type.String() }
const V1 = defineEvent({
  type: 'notes.rated.v1',
  key: 'noteId',
  data: Type.Object({ ...key, stars: Type.String() }),
})
const V2 = defineEvent({
  type: 'notes.rated.v2',
  key: 'noteId',
  data: Type.Object({ ...key, stars: Type.Number() }),
})
const V3 = defineEvent({
  type: 'notes.rated.v3',
  key: 'noteId',
  data: Type.Object({ ...key, percent: Type.Number() }),
})

const first = upcast({ from: V1, to: V2, up: (data) => ({ ...data, stars: Number(data.stars) }) })
const second = upcast({ from: V2, to: V3, up: ({ noteId, stars }) => ({ noteId, percent: stars * 20 }) })

const delivered: Delivered = {
  position: 7,
  segment: 's',
  id: 'i',
  source: 'notes',
  type: V1.type,
  subject: 'n',
  time: new Date(0),
  data: { noteId: 'n', stars: '4' },
  correlationId: 'c',
  causationId: undefined,
  traceparent: undefined,
}

test('an old event goes through every step, in whatever order they were given, and is left as it was', () => {
  const lift = upcasters([second, first])
  const before = structuredClone(delivered)
  expect(lift(delivered)).toEqual({ ...delivered, type: V3.type, data: { noteId: 'n', percent: 80 } })
  expect(delivered).toEqual(before)
})

test('an event enters at its own version, and the newest and others come back as they are', () => {
  const lift = upcasters([first, second])
  const newer = { ...delivered, type: V2.type, data: { noteId: 'n', stars: 5 } }
  expect(lift(newer)).toMatchObject({ type: V3.type, data: { percent: 100 } })
  const newest = { ...delivered, type: V3.type, data: { noteId: 'n', percent: 1 } }
  expect(lift(newest)).toBe(newest)
  const other = { ...delivered, type: 'notes.note-created.v1' }
  expect(lift(other)).toBe(other)
  expect(upcasters([])(delivered)).toBe(delivered)
})

test('a step has the types of its contracts', () => {
  // @ts-expect-error -- stars of version 2 are a number
  upcast({ from: V1, to: V2, up: ({ noteId, stars }) => ({ noteId, stars }) })
})

test.each([
  [
    'two ways out of one type',
    [first, upcast({ from: V1, to: V3, up: ({ noteId }) => ({ noteId, percent: 0 }) })],
  ],
  ['a way to itself', [upcast({ from: V1, to: V1, up: (data) => data })]],
  [
    'a circle, entered from outside',
    [first, second, upcast({ from: V3, to: V2, up: ({ noteId }) => ({ noteId, stars: 0 }) })],
  ],
])('%s is refused when they are made', (_, steps) => {
  expect(() => upcasters(steps)).toThrow(expect.objectContaining({ code: 'FREEHOLD_UPCASTERS_AMBIGUOUS' }))
})
