import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { defineEvent, type EventContract, type JsonSchema } from '../events/index.js'
import { defineService, type Service, type ServiceDefinition } from '../service.js'
import { databasePerService } from '../strategy.js'
import { immutable, type Table } from '../table.js'
import { validateSystem, type ManifestProblem } from './index.js'

type Draft = Partial<ServiceDefinition<Readonly<Record<string, Table>>>>

const log = { events: immutable({ kind: 'events' }) }

function service(name: string, draft: Draft = {}): Service {
  return defineService({ name, database: `${name}_db`, owns: log, ...draft })
}

function event(type: string): EventContract {
  return defineEvent({ type, key: 'id', data: Type.Object({ id: Type.String() }) })
}

function problemsOf(...services: readonly unknown[]): ManifestProblem[] {
  return validateSystem({ name: 'notes-app', strategy: databasePerService(), services })
}

function pathsOf(problems: readonly ManifestProblem[]): string[] {
  return problems.map(({ path }) => path)
}

describe('publishing', () => {
  test.each([
    ['notes.revised.v1', undefined],
    ['notes.Revised.v1', '"notes.Revised.v1" is not a type of an event'],
    ['revised', '"revised" is not a type of an event'],
    ['user.revised.v2', 'is an event of the service "user"'],
  ])('%s from notes', (type, message) => {
    const expected = { path: `services.notes.publishes.${type}`, message, fix: expect.any(String) as string }
    expect(problemsOf(service('notes', { publishes: [event(type)] }))).toEqual(message ? [expected] : [])
  })

  test('says how the event of another service would be called', () => {
    const [problem] = problemsOf(service('notes', { publishes: [event('user.revised.v2')] }))
    expect(problem?.fix).toContain('name it notes.revised.v2,')
  })

  test('is once for each type; versions may have gaps', () => {
    const publishes = ['notes.a.v1', 'notes.a.v4', 'notes.b.v1'].map(event)
    expect(problemsOf(service('notes', { publishes }))).toEqual([])
    expect(problemsOf(service('notes', { publishes: [...publishes, event('notes.a.v1')] }))).toEqual([
      {
        path: 'services.notes.publishes.notes.a.v1',
        message: 'is published twice',
        fix: 'Remove one, or give it a new version.',
      },
    ])
  })

  test('needs a log of events, and one only', () => {
    const publishes = [event('notes.a.v1')]
    const audit = { events: immutable({ kind: 'audit' }) }
    expect(problemsOf(service('notes', { owns: audit, publishes }))).toEqual([
      {
        path: 'services.notes.publishes',
        message: 'has no log that events are appended to',
        fix: "Add to owns: events: immutable({ kind: 'events' }).",
      },
    ])
    const two = { ...log, more_events: immutable({ kind: 'events' }) }
    expect(problemsOf(service('notes', { owns: two }))).toEqual([
      expect.objectContaining({
        path: 'services.notes.owns.more_events',
        message: 'is a second log of events beside "events"',
      }),
    ])
  })
})

describe('the data of an event', () => {
  const id = { type: 'string' }
  const cycle: Record<string, unknown> = { type: 'object' }
  cycle['properties'] = { again: cycle }
  const whole = (members: Record<string, unknown>, required = ['id']): JsonSchema => ({
    type: 'object',
    required,
    properties: { id, ...members },
  })

  function judged(data: JsonSchema, key = 'id'): ManifestProblem[] {
    const contract = { type: 'notes.a.v1', key, data }
    return problemsOf({ ...service('notes'), publishes: [contract] })
  }

  test.each<[string, JsonSchema, string, string]>([
    ['no object', { type: 'string' }, 'data', 'is not the schema of an object'],
    ['no members', { type: 'object' }, 'data', 'is not the schema of an object'],
    [
      'its key is missing',
      { type: 'object', properties: {} },
      'key',
      '"id" is not a required string of the data',
    ],
    ['its key is optional', whole({}, []), 'key', '"id" is not a required string of the data'],
    [
      'its key is a number',
      whole({ id: { type: 'integer' } }),
      'key',
      '"id" is not a required string of the data',
    ],
    [
      'a type of JavaScript',
      whole({ n: Type.BigInt() }),
      'data.properties.n.type',
      'is not a type that JSON has',
    ],
    ['no schema', whole({ n: 7 }), 'data.properties.n', 'is not a schema'],
    ['a name that is none', whole({}, [7 as never]), 'data.required', 'is not a list of names'],
    [
      'a function',
      whole({ n: { default: () => 1 } }),
      'data.properties.n.default',
      'is a function, which JSON cannot say',
    ],
    [
      'a date',
      whole({ n: { const: new Date(0) } }),
      'data.properties.n.const',
      'is an instance of a class, which JSON cannot say',
    ],
    [
      'not a number',
      whole({ n: { minimum: NaN } }),
      'data.properties.n.minimum',
      'is a number, which JSON cannot say',
    ],
    ['a cycle', whole({ cycle }), 'data', 'is nested deeper than 32 levels'],
    [
      'a refinement deep inside',
      whole({ n: Type.Array(Type.Union([Type.Null(), Type.Refine(Type.String(), () => true)])) }),
      'data.properties.n.items.anyOf.1',
      'has a refinement, which does not reach other services',
    ],
    [
      'a codec',
      whole({ n: Type.Codec(Type.String()).Decode(Number).Encode(String) }),
      'data.properties.n',
      'has a codec, which does not reach other services',
    ],
    [
      'a reference',
      whole({ n: { $ref: '#/$defs/x' } }),
      'data.properties.n',
      'refers to another schema with $ref',
    ],
  ])('%s', (_case, data, at, message) => {
    expect(judged(data)).toEqual([
      {
        path: `services.notes.publishes.notes.a.v1.${at}`,
        message,
        fix: expect.stringMatching(/\.$/) as string,
      },
    ])
  })

  test('takes every string for a key, and a member of any name', () => {
    for (const text of [
      Type.Literal('x'),
      Type.Enum(['a', 'b']),
      Type.Union([Type.Literal('a'), Type.String()]),
    ]) {
      expect(judged(whole({ id: text }))).toEqual([])
    }
    expect(judged(whole({ id: Type.Union([Type.String(), Type.Null()]) }))).toHaveLength(1)
    expect(
      judged(whole({ $ref: { type: 'string' }, type: { type: ['string', 'null'] }, any: true })),
    ).toEqual([])
  })

  test('names the strings that could be the key', () => {
    expect(judged(whole({ title: id, n: { type: 'number' } }), 'n')[0]?.fix).toContain(
      'its strings are: id, title.',
    )
    expect(judged({ type: 'object', properties: {}, required: [] })[0]?.fix).toMatch(
      /^Add a string to the data/,
    )
    expect(pathsOf(judged(whole({}), 'toString'))).toEqual(['services.notes.publishes.notes.a.v1.key'])
  })
})

describe('personal members', () => {
  const data = Type.Object({
    id: Type.String(),
    who: Type.String(),
    nick: Type.Optional(Type.String()),
    name: Type.String(),
    age: Type.Integer(),
  })
  const path = 'services.notes.publishes.notes.a.v1.personal'

  function judged(personal: unknown): ManifestProblem[] {
    const contract = { ...defineEvent({ type: 'notes.a.v1', key: 'id', data }), personal }
    const owns = { ...log, erasures: immutable({ kind: 'erasure' }) }
    return problemsOf({ ...service('notes', { owns }), publishes: [contract] })
  }

  test.each([
    ['that hold', { subject: 'who', fields: ['name', 'age', 'nick'], purpose: 'mail_2' }],
    ['of the key', { subject: 'id', fields: ['name'] }],
  ])('%s', (_, personal) => expect(judged(personal)).toEqual([]))

  test.each<[string, unknown, string, string]>([
    ['nothing', 7, '', 'does not say what is personal'],
    ['undefined', undefined, '', 'does not say what is personal'],
    ['no subject', { fields: ['name'] }, '.subject', 'is not a non-empty text'],
    ['an empty list', { subject: 'who', fields: [] }, '.fields', 'is not a list with at least one name'],
    ['more', { subject: 'who', fields: ['name'], key: 1 }, '.key', 'is not a property of a manifest'],
    [
      'an optional subject',
      { subject: 'nick', fields: ['name'] },
      '.subject',
      '"nick" is not a required string of the data',
    ],
    [
      'a subject of toString',
      { subject: 'toString', fields: ['name'] },
      '.subject',
      '"toString" is not a required string of the data',
    ],
    [
      'a numeric subject',
      { subject: 'age', fields: ['name'] },
      '.subject',
      '"age" is not a required string of the data',
    ],
    ['a stranger', { subject: 'who', fields: ['mail'] }, '.fields.mail', 'is not a member of the data'],
    [
      'the key',
      { subject: 'who', fields: ['id'] },
      '.fields.id',
      'is the key of the event, which everybody reads',
    ],
    [
      'the subject',
      { subject: 'who', fields: ['who'] },
      '.fields.who',
      'is the subject, by which its key is found',
    ],
    ['one twice', { subject: 'who', fields: ['name', 'name'] }, '.fields', 'names something twice'],
    [
      'a purpose',
      { subject: 'who', fields: ['name'], purpose: 'E-Mail' },
      '.purpose',
      'is not the name of a purpose',
    ],
  ])('with %s', (_, personal, at, message) => {
    expect(judged(personal)).toEqual([
      { path: path + at, message, fix: expect.stringMatching(/\.$/) as string },
    ])
  })

  test('with all that is wrong at once', () => {
    const problems = judged({ subject: 'x', fields: ['id', 'y'] })
    expect(pathsOf(problems)).toEqual(['.subject', '.fields.id', '.fields.y'].map((at) => path + at))
    expect(problems[0]?.fix).toContain('are: id, who, name.')
  })
})

describe('consuming', () => {
  const notes = service('notes', { publishes: ['notes.revised.v2', 'notes.gone.v1'].map(event) })
  const user = service('user', { publishes: [event('user.renamed.v1')] })

  test.each([
    ['notes', 'notes.revised.v2', undefined, ''],
    ['notes', 'notes.revised.v1', '.notes.revised.v1', 'Of this event it publishes notes.revised.v2.'],
    ['notes', 'notes.made.v1', '.notes.made.v1', 'It publishes notes.revised.v2, notes.gone.v1.'],
    ['notes', 'nonsense', '.nonsense', 'It publishes notes.revised.v2, notes.gone.v1.'],
    [
      'notes',
      'user.renamed.v1',
      '.user.renamed.v1',
      'The service "user" publishes it: name it under consumes.user.',
    ],
    ['quiet', 'quiet.a.v1', '.quiet.a.v1', 'It publishes nothing yet.'],
    ['people', 'people.a.v1', '', 'Use one of: notes, user, quiet.'],
    ['constructor', 'people.a.v1', '', 'Use one of: notes, user, quiet.'],
    ['mail', 'mail.a.v1', '', 'Do what follows from them where they are appended, in the same transaction.'],
  ])('from %s: %s', (from, type, at, fix) => {
    const mail = service('mail', { consumes: { [from]: [type] } })
    const expected = {
      path: `services.mail.consumes.${from}${at ?? ''}`,
      message: expect.any(String) as string,
      fix,
    }
    expect(problemsOf(notes, user, service('quiet'), mail)).toEqual(at === undefined ? [] : [expected])
  })

  test('is once for each type', () => {
    const consumes = { notes: ['notes.gone.v1', 'notes.gone.v1'] }
    expect(problemsOf(notes, service('mail', { consumes }))).toEqual([
      {
        path: 'services.mail.consumes.notes.notes.gone.v1',
        message: 'is consumed twice',
        fix: 'Remove one.',
      },
    ])
  })
})

describe('what cannot be read', () => {
  test('is reported where it is, all at once', () => {
    const broken = {
      publishes: [
        7,
        { ...event('notes.a.v1'), retention: 1 },
        { type: '', key: 1, data: [], description: 2 },
      ],
      consumes: { user: 'user.a.v1', mail: [1] },
    }
    expect(pathsOf(problemsOf({ ...service('notes'), ...broken }, service('user'), service('mail')))).toEqual(
      [
        'services.notes.publishes.0',
        'services.notes.publishes.notes.a.v1.retention',
        'services.notes.publishes.2.type',
        'services.notes.publishes.2.key',
        'services.notes.publishes.2.data',
        'services.notes.publishes.2.description',
        'services.notes.consumes.user',
        'services.notes.consumes.mail',
      ],
    )
    expect(pathsOf(problemsOf({ ...service('notes'), publishes: {}, consumes: [] }))).toEqual([
      'services.notes.publishes',
      'services.notes.consumes',
    ])
  })

  test('says nothing of what would follow from it', () => {
    const halfRead = { ...event('notes.a.v1'), key: '' }
    const oddLog = { events: { mutability: 'immutable', kind: 'evnts' } }
    const notes = { ...service('notes', { publishes: [event('notes.b.v1')] }), owns: oddLog }
    const mail = service('mail', { consumes: { notes: ['notes.a.v1', 'notes.c.v1'], gone: ['gone.a.v1'] } })
    expect(
      pathsOf(problemsOf({ ...notes, publishes: [...notes.publishes, halfRead] }, { name: 'gone' }, mail)),
    ).toEqual([
      'services.notes.owns.events.kind',
      'services.notes.publishes.notes.a.v1.key',
      'services.gone.database',
      'services.gone.schema',
      'services.gone.migrations',
      'services.gone.owns',
      'services.gone.references',
      'services.mail.consumes.notes.notes.c.v1',
    ])
    expect(
      problemsOf(
        { ...service('notes'), publishes: 7 },
        service('mail', { consumes: { notes: ['notes.a.v1'] } }),
      ),
    ).toHaveLength(1)
  })
})
