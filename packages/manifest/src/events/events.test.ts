import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { defineService, type Service } from '../service.js'
import { databasePerService } from '../strategy.js'
import { defineSystem, type System } from '../system.js'
import { immutable, mutable } from '../table.js'
import {
  consumersOf,
  defineEvent,
  eventsLogOf,
  eventTypeParts,
  personalMembers,
  type DataOf,
  type EventContract,
  type PersonalOf,
} from './index.js'

const revised = Type.Object(
  {
    noteId: Type.String({ format: 'uuid' }),
    title: Type.Optional(Type.String()),
    version: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
)
const NoteRevised = defineEvent({ type: 'notes.note-revised.v1', key: 'noteId', data: revised })
const owns = { events: immutable({ kind: 'events' }) }

function system(...services: Service[]): System {
  return defineSystem({ name: 'notes-app', strategy: databasePerService(), services })
}

describe('a contract', () => {
  test('knows the type of its data and its own by type', () => {
    expectTypeOf<DataOf<typeof NoteRevised>>().toEqualTypeOf<Static<typeof revised>>()
    expectTypeOf<DataOf<typeof NoteRevised>['version']>().toEqualTypeOf<number>()
    expectTypeOf(NoteRevised.type).toEqualTypeOf<'notes.note-revised.v1'>()
    expectTypeOf(NoteRevised).toExtend<EventContract>()
  })

  test('has a required string for its key, or does not compile', () => {
    const type = 'notes.note-revised.v1'
    // @ts-expect-error -- no member of the data
    defineEvent({ type, key: 'id', data: revised })
    // @ts-expect-error -- a number
    defineEvent({ type, key: 'version', data: revised })
    // @ts-expect-error -- not always there
    defineEvent({ type, key: 'title', data: revised })
  })

  test('is plain data, and prints as JSON', () => {
    expect(
      JSON.parse(JSON.stringify({ ...NoteRevised, data: { ...NoteRevised.data, properties: {} } })),
    ).toEqual({
      type: 'notes.note-revised.v1',
      key: 'noteId',
      data: { type: 'object', required: ['noteId', 'version'], properties: {}, additionalProperties: false },
    })
  })

  test('judges data the same before, in a frozen system, and from JSON', () => {
    const made = system(
      defineService({ name: 'notes', database: 'notes_db', owns, publishes: [NoteRevised] }),
    )
    const frozen = made.services[0]!.publishes[0]!
    const read = (JSON.parse(JSON.stringify(made)) as System).services[0]!.publishes[0]!
    const good = { noteId: '0198c0de-0000-7000-8000-000000000000', version: 1 }
    const bad = { noteId: 'x', version: 0, titel: '' }
    const before = Compile(NoteRevised.data)
    expect(before.Check(good)).toBe(true)
    expect(before.Check(bad)).toBe(false)
    expect(Object.isFrozen(frozen.data['properties'])).toBe(true)
    expect(Object.isFrozen(NoteRevised.data)).toBe(false)
    for (const contract of [frozen, read]) {
      const fits = Compile(contract.data)
      expect(fits.Check(good)).toBe(true)
      expect(fits.Errors(bad)).toEqual(before.Errors(bad))
    }
  })
})

describe('the type of an event', () => {
  test('says the service, what happened and the version', () => {
    expect(eventTypeParts('notes.note-revised.v12')).toEqual({
      service: 'notes',
      name: 'note-revised',
      version: 12,
    })
    expect(eventTypeParts(`my_notes.${'n'.repeat(116)}.v1`)?.service).toBe('my_notes')
  })

  test.each([
    ...['notes.note-revised', 'notes.note-revised.v0', 'notes.note-revised.v01', 'notes.note-revised.1'],
    ...['note-revised.v1', 'notes.NoteRevised.v1', 'notes.note_revised.v1', 'notes.note--revised.v1'],
    ...[
      'notes.-revised.v1',
      'Notes.revised.v1',
      'notes.a.b.v1',
      'notes.revised.v1\n',
      ' notes.revised.v1',
      '',
    ],
    `my_notes.${'n'.repeat(117)}.v1`,
  ])('is not %j', (type) => expect(eventTypeParts(type)).toBeUndefined())
})

describe('what flows', () => {
  const notes = defineService({
    name: 'notes',
    database: 'notes_db',
    owns: { notes: mutable(), audit_log: immutable({ kind: 'audit' }), ...owns },
    publishes: [NoteRevised],
  })
  const search = defineService({
    name: 'search',
    database: 'search_db',
    owns: {},
    consumes: { notes: [NoteRevised] },
  })
  const mail = defineService({
    name: 'mail',
    database: 'mail_db',
    owns: {},
    consumes: { notes: ['notes.note-revised.v1'] },
  })
  const idle = defineService({ name: 'idle', database: 'idle_db', owns: {}, consumes: { notes: [] } })
  const made = system(notes, search, mail, idle)

  test('goes to who names it, and to nobody else', () => {
    expect(consumersOf(made, 'notes')).toEqual([
      { service: 'search', types: ['notes.note-revised.v1'] },
      { service: 'mail', types: ['notes.note-revised.v1'] },
    ])
    expect(consumersOf(made, 'search')).toEqual([])
    expect(() => consumersOf(made, 'constructor')).toThrow('has no service "constructor"')
  })

  test('goes through the one log of events', () => {
    expect(eventsLogOf(notes)).toBe('events')
    expect(eventsLogOf(search)).toBeUndefined()
  })

  test('is nothing in a manifest that was written before there were events', () => {
    const { publishes: _publishes, consumes: _consumes, ...older } = search
    const read = defineSystem({ name: 'x', strategy: databasePerService(), services: [older] })
    expect(read.services[0]).toMatchObject({ publishes: [], consumes: {} })
  })
})

describe('personal members', () => {
  const profile = Type.Object({
    userId: Type.String(),
    displayName: Type.String(),
    age: Type.Optional(Type.Integer()),
    version: Type.Integer(),
  })
  const type = 'user.profile-changed.v1'
  const ProfileChanged = defineEvent({
    type,
    key: 'userId',
    data: profile,
    personal: { subject: 'userId', fields: ['displayName', 'age'] },
  })

  test('are known to the compiler, and such a contract is one like any other', () => {
    expectTypeOf<PersonalOf<typeof ProfileChanged>>().toEqualTypeOf<'displayName' | 'age'>()
    expectTypeOf<PersonalOf<typeof NoteRevised>>().toEqualTypeOf<never>()
    expectTypeOf<DataOf<typeof ProfileChanged>>().toEqualTypeOf<Static<typeof profile>>()
    expectTypeOf(ProfileChanged).toExtend<EventContract>()
    expectTypeOf<PersonalOf<EventContract>>().toEqualTypeOf<never>()
  })

  test('are neither the key nor the subject, nor something else than members, or do not compile', () => {
    const [key, data] = ['userId', profile] as const
    // @ts-expect-error -- no member of the data
    defineEvent({ type, key, data, personal: { subject: 'userId', fields: ['name'] } })
    // @ts-expect-error -- the key
    defineEvent({ type, key, data, personal: { subject: 'displayName', fields: ['userId'] } })
    // @ts-expect-error -- the subject
    defineEvent({ type, key, data, personal: { subject: 'displayName', fields: ['displayName'] } })
    // @ts-expect-error -- a subject that is no string
    defineEvent({ type, key, data, personal: { subject: 'version', fields: ['displayName'] } })
  })

  test('are kept for the purpose that the contract says, or for the service', () => {
    expect(personalMembers(NoteRevised)).toBeUndefined()
    expect(personalMembers(ProfileChanged)).toEqual({
      subject: 'userId',
      fields: ['displayName', 'age'],
      purpose: 'user',
    })
    const marketing = { ...ProfileChanged, personal: { ...ProfileChanged.personal, purpose: 'marketing' } }
    expect(personalMembers(marketing as EventContract)?.purpose).toBe('marketing')
  })
})
