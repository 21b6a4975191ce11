import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import {
  databasePerService,
  defineEvent,
  defineService,
  defineSystem,
  immutable,
  natsPermissions,
  natsStream,
  natsSubject,
  natsSubjects,
} from '../index.js'

const contract = (type: string) => defineEvent({ type, key: 'id', data: Type.Object({ id: Type.String() }) })
const revised = contract('notes.note-revised.v1')
const deleted = contract('notes.note-deleted.v1')
const owns = { events: immutable({ kind: 'events' }) }

describe('what a service may do in NATS', () => {
  const system = defineSystem({
    name: 'notes-app',
    strategy: databasePerService(),
    services: [
      defineService({ name: 'notes', database: 'notes_db', owns, publishes: [revised, deleted] }),
      defineService({ name: 'search', database: 'search_db', owns: {}, consumes: { notes: [revised] } }),
      defineService({
        name: 'audit',
        database: 'audit_db',
        owns: {},
        consumes: { notes: [revised, deleted] },
      }),
      defineService({ name: 'quiet', database: 'quiet_db', owns: {} }),
    ],
  })
  const permissions = natsPermissions(system)

  test('is to publish its own subjects, and to keep its stream', () => {
    expect(permissions['notes']).toEqual({
      publish: {
        allow: [
          'freehold.notes.>',
          '$JS.API.STREAM.INFO.freehold_notes',
          '$JS.API.STREAM.CREATE.freehold_notes',
          '$JS.API.STREAM.UPDATE.freehold_notes',
          '$JS.API.STREAM.MSG.GET.freehold_notes',
        ],
      },
      subscribe: { allow: ['_INBOX_notes.>'] },
    })
  })

  test('is to read what it consumes, and nothing when it has no events', () => {
    const filters = (service: string) =>
      permissions[service]?.publish.allow.filter((subject) => subject.includes('CONSUMER.CREATE'))
    const create = '$JS.API.CONSUMER.CREATE.freehold_notes.*.freehold.notes'
    expect(filters('search')).toEqual([`${create}.note-revised.v1`])
    expect(filters('audit')).toEqual([
      `${create}.note-revised.v1`,
      `${create}.note-deleted.v1`,
      `${create}.>`,
    ])
    expect(permissions['search']?.publish.allow.some((subject) => subject.startsWith('freehold.'))).toBe(
      false,
    )
    expect(Object.keys(permissions)).toEqual(['notes', 'search', 'audit'])
  })
})

test('names begin with the prefix, which is one token', () => {
  expect(natsStream('notes', 'shop')).toBe('shop_notes')
  expect(natsSubject(revised.type, 'shop')).toBe('shop.notes.note-revised.v1')
  expect(natsSubjects('notes', 'shop')).toBe('shop.notes.>')
  for (const prefix of ['', 'a.b', '>', 'a b'])
    expect(() => natsStream('notes', prefix)).toThrow(
      expect.objectContaining({ code: 'FREEHOLD_NATS_PREFIX_INVALID' }),
    )
})
