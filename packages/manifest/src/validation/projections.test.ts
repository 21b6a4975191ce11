import Type from 'typebox'
import Compile from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { defineEvent } from '../events/index.js'
import { manifestSchema } from '../manifest-schema.js'
import { defineService, type Service, type ServiceDefinition } from '../service.js'
import { databasePerService, sharedDatabase } from '../strategy.js'
import { defineSystem } from '../system.js'
import { immutable, mutable, type Duration, type Table } from '../table.js'
import { validateSystem, type ManifestProblem } from './index.js'

type Draft = Partial<ServiceDefinition<Readonly<Record<string, Table>>>>

const Changed = defineEvent({
  type: 'user.changed.v1',
  key: 'id',
  data: Type.Object({ id: Type.String() }),
})

const user = defineService({
  name: 'user',
  database: 'user_db',
  owns: { profiles: mutable(), events: immutable({ kind: 'events' }) },
  publishes: [Changed],
})

const authors = (staleness: Duration = '5s'): Table =>
  mutable({ projection: { of: { user: [Changed] }, staleness } })

function notes(draft: Draft = {}): Service {
  const { owns = { authors: authors() }, ...others } = draft
  return defineService({
    name: 'notes',
    database: 'notes_db',
    owns,
    consumes: { user: [Changed] },
    ...others,
  })
}

function problemsOf(...services: readonly unknown[]): ManifestProblem[] {
  return validateSystem({ name: 'notes-app', strategy: databasePerService(), services })
}

function pathsOf(...services: readonly unknown[]): string[] {
  return problemsOf(...services).map(({ path }) => path)
}

describe('a projection', () => {
  test.each<[Duration, number]>([
    ['5s', 5_000],
    ['250ms', 250],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    [750, 750],
  ])('may be %s old', (staleness, stalenessMs) => {
    const projection = { of: { user: ['user.changed.v1'] }, stalenessMs }
    expect(authors(staleness)).toEqual({ mutability: 'mutable', key: 'id', projection })
    expect(problemsOf(user, notes({ owns: { authors: authors(staleness) } }))).toEqual([])
  })

  test.each(['5 s', 's', '', '0s', '-1s', '0.5ms', '25d', '600h', Number.NaN, 0, Infinity, '1e3s'])(
    'cannot be %s old',
    (staleness) => {
      const owns = { authors: authors(staleness as Duration) }
      expect(problemsOf(user, notes({ owns }))).toEqual([
        {
          path: 'services.notes.owns.authors.projection.staleness',
          message: 'is not a duration',
          fix: expect.stringContaining("'5s'") as string,
        },
      ])
    },
  )

  test('is in the JSON Schema as it is in the manifest', () => {
    const system = defineSystem({
      name: 'notes-app',
      strategy: databasePerService(),
      services: [user, notes()],
    })
    const schema = Compile(manifestSchema)
    expect(schema.Check(JSON.parse(JSON.stringify(system)))).toBe(true)
    expect(schema.Check({ ...system, services: [user, notes({ owns: { authors: authors(0) } })] })).toBe(
      false,
    )
  })

  test('is made of events that the service consumes', () => {
    const other = mutable({
      projection: { of: { user: ['user.other.v1'], auth: [Changed] }, staleness: '5s' },
    })
    expect(pathsOf(user, notes({ owns: { other } }))).toEqual([
      'services.notes.owns.other.projection.of.user.user.other.v1',
      'services.notes.owns.other.projection.of.auth.user.changed.v1',
    ])
  })

  test.each<[string, unknown, string]>([
    ['of nothing', { of: {}, stalenessMs: 1 }, 'of'],
    ['of no events of a service', { of: { user: [] }, stalenessMs: 1 }, 'of'],
    ['of what is no type', { of: { user: [1] }, stalenessMs: 1 }, 'of'],
    ['with something else', { of: { user: ['user.changed.v1'] }, stalenessMs: 1, fast: true }, 'fast'],
  ])('%s is refused', (_, projection, place) => {
    const owns = { authors: { mutability: 'mutable', key: 'id', projection } as unknown as Table }
    expect(pathsOf(user, notes({ owns }))).toContain(`services.notes.owns.authors.projection.${place}`)
  })

  test('has no history', () => {
    const owns = {
      authors: { ...authors(), history: 'past' } as Table,
      past: immutable({ kind: 'history' }),
    }
    expect(pathsOf(user, notes({ owns }))).toEqual(['services.notes.owns.authors.history'])
  })

  test('is nobody’s truth', () => {
    const shop = defineService({
      name: 'shop',
      database: 'shop_db',
      owns: { orders: mutable() },
      references: { 'orders.author': 'notes.authors' },
    })
    expect(pathsOf(user, notes(), shop)).toEqual(['services.shop.references.orders.author'])
  })

  test('needs a schema beside that of its service, which is nobody else’s', () => {
    expect(pathsOf(user, notes({ schema: 'n'.repeat(56) }))).toEqual([
      'services.notes.schema',
      'services.notes.schema',
    ])
    const other = defineService({
      name: 'other',
      database: 'other_db',
      schema: 'notes_retired',
      owns: { things: mutable() },
    })
    expect(pathsOf(user, notes(), other)).toEqual([])
    const shared = { name: 'notes-app', strategy: sharedDatabase({ database: 'all_db' }) }
    expect(validateSystem({ ...shared, services: [user, notes(), other] }).map(({ path }) => path)).toEqual([
      'services.notes.schema',
    ])
  })
})
