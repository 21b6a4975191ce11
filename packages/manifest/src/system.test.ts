import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { isFreeholdError, type FreeholdError } from './errors/index.js'
import { databaseOf, historyFunctionOf, rolesOf } from './names.js'
import { defineService } from './service.js'
import { databasePerService, sharedDatabase } from './strategy.js'
import { defineSystem, serviceNamed } from './system.js'
import { immutable, mutable } from './table.js'
import { soundSystem } from './testing/fixtures/manifests.js'

const notes = defineService({
  name: 'notes',
  database: 'notes_db',
  owns: { notes: mutable({ history: 'note_history' }), note_history: immutable({ kind: 'history' }) },
  references: { 'notes.author_id': 'user.profiles' },
})
const user = defineService({
  name: 'user',
  database: 'user_db',
  owns: { profiles: mutable({ key: 'user_id' }) },
})
const system = defineSystem({ name: 'notes-app', strategy: databasePerService(), services: [notes, user] })

function caught(work: () => unknown): FreeholdError {
  try {
    work()
  } catch (error) {
    if (isFreeholdError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a service', () => {
  test('has defaults for its schema, its migrations and the keys of its tables', () => {
    expect(notes).toMatchObject({ schema: 'notes', migrations: 'services/notes-service/migrations' })
    expect(notes.owns.notes).toEqual({ mutability: 'mutable', key: 'id', history: 'note_history' })
    expect(user.owns.profiles.key).toBe('user_id')
  })

  test('knows its tables by type, so that a misspelt one does not compile', () => {
    expectTypeOf<keyof typeof notes.owns>().toEqualTypeOf<'notes' | 'note_history'>()
    expectTypeOf(notes.owns.note_history.kind).toEqualTypeOf<'history'>()
  })

  test('has four roles', () => {
    expect(rolesOf(notes)).toEqual({
      owner: 'notes_owner',
      vault: 'notes_vault',
      migrator: 'notes_migrator',
      app: 'notes_app',
    })
    expect(historyFunctionOf(notes, 'notes')).toBe('notes__notes__history')
  })
})

describe('a system', () => {
  test('puts the same services into a database each, or all into one', () => {
    const shared = defineSystem({ ...system, strategy: sharedDatabase({ database: 'notes_app' }) })
    expect(system.services.map((service) => databaseOf(system, service))).toEqual(['notes_db', 'user_db'])
    expect(shared.services.map((service) => databaseOf(shared, service))).toEqual(['notes_app', 'notes_app'])
    expect(shared.services).toEqual(system.services)
  })

  test('is frozen to its last corner, and leaves what it was made of alone', () => {
    const services = [{ ...notes }, { ...user }]
    const made = defineSystem({ name: 'x', strategy: databasePerService(), services })
    expect(Object.isFrozen(made.services[0]?.owns['notes'])).toBe(true)
    expect(() => Reflect.set(made.services[0] ?? {}, 'name', 'other')).not.toThrow()
    expect(made.services[0]?.name).toBe('notes')
    expect(Object.isFrozen(services)).toBe(false)
    expect(Object.isFrozen(services[0])).toBe(false)
  })

  test('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(soundSystem, (drawn) => {
        const made = defineSystem(drawn)
        expect(defineSystem(JSON.parse(JSON.stringify(made)) as typeof made)).toEqual(made)
      }),
      { numRuns: 100 },
    )
  })

  test('is refused with all its problems, in words and as data', () => {
    const error = caught(() =>
      defineSystem({ name: 'bad', strategy: databasePerService(), services: [notes, notes] }),
    )
    expect(error.code).toBe('FREEHOLD_MANIFEST_INVALID')
    expect(error.message).toContain(
      'The manifest "bad" has 2 problems:\n  services.notes: is declared twice\n',
    )
    expect(error.details['problems']).toHaveLength(2)
  })

  test('finds a service by name, and names the others when there is none', () => {
    expect(serviceNamed(system, 'user').database).toBe('user_db')
    const error = caught(() => serviceNamed(system, 'users'))
    expect(error).toMatchObject({
      code: 'FREEHOLD_MANIFEST_UNKNOWN_SERVICE',
      fix: 'Use one of: notes, user.',
      details: { name: 'users', names: ['notes', 'user'] },
    })
  })
})
