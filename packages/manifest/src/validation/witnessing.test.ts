import { describe, expect, test } from 'vitest'
import { checkpointSigned, witnessesOf, witnessLogOf } from '../events/index.js'
import { defineService, type Service, type ServiceDefinition } from '../service.js'
import { databasePerService } from '../strategy.js'
import { defineSystem } from '../system.js'
import { immutable, type Table } from '../table.js'
import { validateSystem, type ManifestProblem } from './index.js'

const events = immutable({ kind: 'events' })
const witnesses = immutable({ kind: 'witness' })

function service(name: string, draft: Partial<ServiceDefinition<Readonly<Record<string, Table>>>>): Service {
  return defineService({
    name,
    database: `${name}_db`,
    owns: { events },
    publishes: [checkpointSigned(name)],
    ...draft,
  })
}

const auth = service('auth', {})
const consumes = { auth: [checkpointSigned('auth')] }
const hearing = service('notes', { owns: { events, witnesses }, consumes })

function problemsOf(...services: readonly unknown[]): ManifestProblem[] {
  return validateSystem({ name: 'notes-app', strategy: databasePerService(), services })
}

describe('checkpoints of others', () => {
  test('are heard and kept', () => {
    expect(problemsOf(auth, hearing)).toEqual([])
    const system = defineSystem({
      name: 'notes-app',
      strategy: databasePerService(),
      services: [auth, hearing],
    })
    expect(witnessesOf(system, 'auth')).toEqual(['notes'])
    expect(witnessesOf(system, 'notes')).toEqual([])
    expect(witnessLogOf(hearing)).toBe('witnesses')
    expect(witnessLogOf(auth)).toBeUndefined()
  })

  test('need a log', () => {
    expect(problemsOf(auth, service('notes', { consumes }))).toEqual([
      {
        path: 'services.notes.consumes.auth.auth.checkpoint-signed.v1',
        message: 'is a checkpoint, and there is no log that it is kept in',
        fix: "Add to owns: witnesses: immutable({ kind: 'witness' }).",
      },
    ])
  })

  test('have one log, and none where none are heard', () => {
    const two = { events, witnesses, more: witnesses }
    expect(problemsOf(auth, service('notes', { owns: two, consumes }))).toMatchObject([
      {
        path: 'services.notes.owns.more',
        message: 'is a second log of the checkpoints of others beside "witnesses"',
      },
    ])
    expect(problemsOf(auth, service('notes', { owns: two }))).toMatchObject([
      {
        path: 'services.notes.owns.witnesses',
        message: 'is for the checkpoints of others, and none are heard',
      },
      { path: 'services.notes.owns.more' },
    ])
  })

  test('are not missed where what cannot be read may name them', () => {
    const paths = (draft: object): string[] =>
      problemsOf(auth, { ...hearing, ...draft }).map(({ path }) => path)
    expect(paths({ consumes: { auth: 'auth.checkpoint-signed.v1' } })).toEqual([
      'services.notes.consumes.auth',
    ])
    expect(paths({ consumes: 7 })).toEqual(['services.notes.consumes'])
    expect(paths({ owns: { events, witnesses: { mutability: 'immutable' } } })).toEqual([
      'services.notes.owns.witnesses.kind',
    ])
  })
})
