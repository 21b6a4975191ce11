import { describe, expect, test } from 'vitest'
import { defineService, type Service, type ServiceDefinition } from '../service.js'
import { databasePerService, sharedDatabase, type Strategy } from '../strategy.js'
import { immutable, mutable, type Table } from '../table.js'
import { validateSystem, type ManifestProblem } from './index.js'

type Draft = Partial<ServiceDefinition<Readonly<Record<string, Table>>>>

function service(name: string, draft: Draft = {}): Service {
  return defineService({ name, database: `${name}_db`, owns: {}, ...draft })
}

function problemsOf(
  services: readonly unknown[],
  strategy: Strategy = databasePerService(),
): ManifestProblem[] {
  return validateSystem({ name: 'notes-app', strategy, services })
}

function pathsOf(problems: readonly ManifestProblem[]): string[] {
  return problems.map(({ path }) => path)
}

const shared = sharedDatabase({ database: 'notes_app' })

describe('places', () => {
  test('a table has one owner: two services in one schema that own it are both named', () => {
    const owns = { notes: mutable() }
    const problems = problemsOf(
      [service('notes', { owns }), service('tags', { owns, schema: 'notes' })],
      shared,
    )
    expect(pathsOf(problems)).toEqual(['services.tags.schema', 'services.tags.owns.notes'])
    expect(problems[1]?.message).toBe('is owned by the service "notes" already (notes.notes)')
  })

  test('the same table in two databases is two tables', () => {
    const owns = { audit_log: immutable({ kind: 'audit' }) }
    expect(problemsOf([service('a', { owns }), service('b', { owns })])).toEqual([])
    expect(problemsOf([service('a', { owns }), service('b', { owns })], shared)).toEqual([])
  })

  test('a database belongs to one service, unless it is the shared one', () => {
    const services = [service('a'), service('b', { database: 'a_db' })]
    expect(problemsOf(services)).toEqual([
      {
        path: 'services.b.database',
        message: '"a_db" is the database of the service "a" already',
        fix: 'Give each service a database of its own, or choose the strategy sharedDatabase().',
      },
    ])
    expect(problemsOf(services, shared)).toEqual([])
  })

  test('a name belongs to one service', () => {
    expect(pathsOf(problemsOf([service('a'), service('a')]))).toEqual(['services.a'])
  })

  test('a folder of migrations belongs to one service, however it is spelt', () => {
    const problems = problemsOf([
      service('a', { migrations: 'db/a' }),
      service('b', { migrations: './db//a/' }),
      service('c', { migrations: '/db/a' }),
    ])
    expect(pathsOf(problems)).toEqual(['services.b.migrations'])
  })
})

describe('history', () => {
  const history = immutable({ kind: 'history' })

  test('is a log of kind history that the service owns', () => {
    const problems = problemsOf([
      service('a', {
        owns: {
          missing: mutable({ history: 'nowhere' }),
          inherited: mutable({ history: 'constructor' }),
          changing: mutable({ history: 'missing' }),
          audited: mutable({ history: 'log' }),
          log: immutable({ kind: 'audit' }),
        },
      }),
    ])
    expect(pathsOf(problems)).toEqual(
      ['missing', 'inherited', 'changing', 'audited'].map((table) => `services.a.owns.${table}.history`),
    )
    expect(problems[0]?.fix).toBe("Add to owns: nowhere: immutable({ kind: 'history' }).")
  })

  test('is of one table', () => {
    const owns = { one: mutable({ history: 'old' }), two: mutable({ history: 'old' }), old: history }
    const problems = problemsOf([service('a', { owns })])
    expect(problems).toEqual([expect.objectContaining({ message: '"old" is the history of "one" already' })])
  })

  test('is of a table at all', () => {
    const problems = problemsOf([service('a', { owns: { old: history } })])
    expect(problems).toEqual([
      expect.objectContaining({
        path: 'services.a.owns.old',
        message: 'is a history that no mutable table writes to',
      }),
    ])
  })
})

describe('references', () => {
  const user = service('user', { owns: { profiles: mutable() } })

  test.each([
    ['notes.author_id', 'user.profiles', undefined],
    ['notes.author_id', 'user.people', 'refers to "user.people", which nobody owns'],
    ['notes.author_id', 'user.constructor', 'refers to "user.constructor", which nobody owns'],
    ['notes.author_id', 'people.profiles', 'refers to the service "people", which does not exist'],
    ['notes.author_id', 'notes.notes', 'refers to the service\'s own "notes"'],
    ['notes.author_id', 'profiles', '"profiles" is not a table of a service'],
    ['notes.author_id', 'user.profiles.id', '"user.profiles.id" is not a table of a service'],
    ['tags.author_id', 'user.profiles', 'begins at "tags", which this service does not own'],
    ['toString.author_id', 'user.profiles', '"toString.author_id" is not a column'],
    ['author_id', 'user.profiles', '"author_id" is not a column'],
    ['notes.author id', 'user.profiles', '"notes.author id" is not a column'],
  ])('%s to %s', (from, to, message) => {
    const notes = service('notes', { owns: { notes: mutable() }, references: { [from]: to } })
    const expected = { path: `services.notes.references.${from}`, message, fix: expect.any(String) as string }
    expect(problemsOf([notes, user])).toEqual(message === undefined ? [] : [expected])
  })

  test('name what there is to choose from', () => {
    const notes = service('notes', { owns: { notes: mutable() }, references: { 'notes.by': 'user.people' } })
    expect(problemsOf([notes, user])[0]?.fix).toBe('The service "user" owns profiles.')
    expect(problemsOf([notes])[0]?.fix).toBe('Declare that service, or remove the reference.')
  })
})

describe('names', () => {
  const long = (length: number): string => 'n'.repeat(length)

  test.each(['Notes', 'notes-app', '1st', 'a__b', '_a', 'a_', 'naïve', 'a b', 'a"b', 'a\n', '__proto__'])(
    'SQL would have to quote %j',
    (name) => {
      const problems = problemsOf([service('a', { owns: { [name]: mutable() } })])
      expect(problems).toEqual([expect.objectContaining({ path: `services.a.owns.${name}` })])
      expect(problems[0]?.message).toContain('would have to be quoted in SQL')
    },
  )

  test.each(['pg', 'pg_notes', 'public', 'freehold', 'postgres', 'template1'])('%s is taken', (name) => {
    const problems = problemsOf([service(name, { database: 'a_db' })])
    expect(problems).toEqual([expect.objectContaining({ path: `services.${name}.name` })])
  })

  test('fit into the 63 bytes that PostgreSQL keeps, the roles made of them included', () => {
    expect(problemsOf([service(long(54), { database: long(63) })])).toEqual([])
    expect(pathsOf(problemsOf([service(long(55), { database: long(64) })]))).toEqual([
      `services.${long(55)}.name`,
      `services.${long(55)}.database`,
    ])
  })

  test('fit also where Freehold makes a function of them', () => {
    const owns = { [long(49)]: mutable({ history: 'old' }), old: immutable({ kind: 'history' }) }
    expect(problemsOf([service('abc', { owns })])).toEqual([])
    expect(problemsOf([service('abcd', { owns })])[0]?.message).toContain(`"abcd__${long(49)}__history"`)
  })

  test('of a shared database are judged too', () => {
    expect(pathsOf(problemsOf([service('a')], sharedDatabase({ database: 'A' })))).toEqual([
      'strategy.database',
    ])
  })

  test('of a key are not those of the columns that every write sets', () => {
    const problems = problemsOf([service('a', { owns: { t: mutable({ key: 'version' }) } })])
    expect(pathsOf(problems)).toEqual(['services.a.owns.t.key'])
  })
})

describe('everything at once', () => {
  test('an immutable table with a version does not hide what else is wrong', () => {
    const problems = problemsOf([
      {
        ...service('notes', { references: { 'notes.author_id': 'user.profiles' } }),
        owns: { Log: { mutability: 'immutable', kind: 'audit', version: 'version' } },
      },
      service('tags', { database: 'notes_db' }),
    ])
    expect(pathsOf(problems)).toEqual([
      'services.notes.owns.Log.version',
      'services.notes.owns.Log',
      'services.tags.database',
      'services.notes.references.notes.author_id',
      'services.notes.references.notes.author_id',
    ])
  })

  test('a partition has a whole number of rows, and nothing else', () => {
    const log = (partition: unknown) => ({ mutability: 'immutable', kind: 'audit', partition })
    const owns = {
      good: immutable({ kind: 'audit', partition: { rows: 100 } }),
      few: log({ rows: 99 }),
      many: log({ rows: 1_000_000_001 }),
      half: log({ rows: 100.5 }),
      days: log({ rows: 100, days: 1 }),
      none: log(1_000),
    }
    expect(pathsOf(problemsOf([{ ...service('notes'), owns }]))).toEqual([
      'services.notes.owns.few.partition.rows',
      'services.notes.owns.many.partition.rows',
      'services.notes.owns.half.partition.rows',
      'services.notes.owns.days.partition.days',
      'services.notes.owns.none.partition',
    ])
  })

  const mutableTable = { mutability: 'mutable', key: 'id' }

  test('what cannot be read hides neither names nor places, tables nor references', () => {
    const problems = problemsOf([
      { ...service('notes'), owns: { odd: { kind: 'weird' } } },
      {
        ...service('tags', { database: 'notes_db', references: { 'tags.x': 'nobody.x' } }),
        owns: {
          tags: mutable({ history: 'none' }),
          Odd: mutable(),
          odd: { mutability: 'immutable', kind: 'weird' },
        },
      },
      { ...service('more'), migrations: 1, owns: { Odd: mutable() } },
    ])
    expect(pathsOf(problems)).toEqual([
      'services.notes.owns.odd',
      'services.tags.owns.odd.kind',
      'services.more.migrations',
      'services.tags.owns.Odd',
      'services.more.owns.Odd',
      'services.tags.database',
      'services.tags.owns.tags.history',
      'services.tags.references.tags.x',
    ])
  })

  test('nothing is said of what follows from what cannot be read', () => {
    const problems = problemsOf(
      [
        {
          ...service('notes', { references: { 'odd.x': 'user.odd', 'notes.y': 'gone.z' } }),
          owns: {
            notes: { ...mutableTable, history: 'past' },
            past: { mutability: 'immutable', kind: 'weird' },
            odd: { ...mutableTable, key: 1, history: 'old' },
            old: immutable({ kind: 'history' }),
          },
        },
        { ...service('user'), owns: { odd: 1 } },
        { ...service('gone'), owns: 7 },
      ],
      undefined,
    )
    expect(pathsOf(problems)).toEqual([
      'services.notes.owns.past.kind',
      'services.notes.owns.odd.key',
      'services.user.owns.odd',
      'services.gone.owns',
    ])
  })

  test('an unknown strategy says nothing of who shares a database', () => {
    const services = [
      service('a'),
      service('b', { database: 'a_db', migrations: 'services/a-service/migrations' }),
    ]
    expect(pathsOf(validateSystem({ name: 'x', strategy: 'mine', services }))).toEqual([
      'strategy',
      'services.b.migrations',
    ])
  })

  test('what is wrong twice in the same place is said once', () => {
    const problems = problemsOf([service('Same'), service('Same')])
    expect(new Set(problems.map((problem) => JSON.stringify(problem))).size).toBe(problems.length)
  })

  test('all wrong types are reported in one go', () => {
    const problems = validateSystem({
      nmae: 'x',
      strategy: { kind: 'database-per-service', database: 'x' },
      services: [
        {
          name: '',
          owns: { a: {}, b: { mutability: 'mutable', key: 1, histroy: 'x' } },
          references: { x: 1 },
        },
        null,
      ],
    })
    expect(pathsOf(problems)).toEqual([
      'nmae',
      'name',
      'strategy.database',
      'services.0.name',
      'services.0.database',
      'services.0.schema',
      'services.0.migrations',
      'services.0.owns.a',
      'services.0.owns.b.histroy',
      'services.0.owns.b.key',
      'services.0.references.x',
      'services.1',
    ])
  })
})
