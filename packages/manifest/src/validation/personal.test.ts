import { describe, expect, test } from 'vitest'
import { defineService } from '../service.js'
import { databasePerService } from '../strategy.js'
import { immutable, mutable, type Personal, type Table } from '../table.js'
import { validateSystem, type ManifestProblem } from './index.js'

const erasures = immutable({ kind: 'erasure' })

function problemsOf(owns: Readonly<Record<string, unknown>>): ManifestProblem[] {
  const service = defineService({
    name: 'notes',
    database: 'notes_db',
    owns: owns as Readonly<Record<string, Table>>,
  })
  return validateSystem({ name: 'notes-app', strategy: databasePerService(), services: [service] })
}

const path = (of: string): string => `services.notes.owns.${of}`
const pathsOf = (owns: Readonly<Record<string, unknown>>): string[] =>
  problemsOf(owns).map((problem) => problem.path)

describe('what is personal', () => {
  test('is named in tables and in audit logs', () => {
    const owns = {
      notes: mutable({
        history: 'note_history',
        personal: { subject: 'author_id', fields: ['title', 'body'] },
      }),
      note_history: immutable({ kind: 'history' }),
      profiles: mutable({ personal: { subject: 'id', fields: ['name'], purpose: 'display_2' } }),
      audit_log: immutable({ kind: 'audit', personal: { subject: 'actor', fields: ['origin'] } }),
      erasures,
    }
    expect(problemsOf(owns)).toEqual([])
  })

  test('has a shape', () => {
    const marked = (personal: unknown): unknown => ({ mutability: 'mutable', key: 'id', personal })
    const owns = {
      none: marked(true),
      nobody: marked({ fields: ['name'] }),
      nothing: marked({ subject: 'id', fields: [] }),
      odd: marked({ subject: 'id', fields: ['name', 7] }),
      twice: marked({ subject: 'id', fields: ['name', 'name'] }),
      more: marked({ subject: 'id', fields: ['name'], key: 'x' }),
      purpose: marked({ subject: 'id', fields: ['name'], purpose: 'No' }),
      long: marked({ subject: 'id', fields: ['name'], purpose: 'p'.repeat(64) }),
      erasures,
    }
    expect(pathsOf(owns)).toEqual([
      path('none.personal'),
      path('nobody.personal.subject'),
      path('nothing.personal.fields'),
      path('odd.personal.fields'),
      path('twice.personal.fields'),
      path('more.personal.key'),
      path('purpose.personal.purpose'),
      path('long.personal.purpose'),
    ])
  })

  const table = (personal: Personal): Record<string, Table> => ({ t: mutable({ personal }), erasures })
  const log = (personal: Personal): Record<string, Table> => ({
    t: immutable({ kind: 'audit', personal }),
    erasures,
  })

  test.each([
    ['id', 'is needed as it is'],
    ['version', 'is needed as it is'],
    ['created_at', 'is needed as it is'],
    ['updated_at', 'is needed as it is'],
    ['personal', 'is needed as it is'],
    ['about', 'says about whom it is'],
    ['Name', 'would have to be quoted'],
  ])('is not %s of a table, which %s', (field, message) => {
    const problems = problemsOf(table({ subject: 'about', fields: [field] }))
    expect(problems).toMatchObject([{ path: path(`t.personal.fields.${field}`) }])
    expect(problems[0]?.message).toContain(message)
  })

  test.each(['seq', 'xid', 'at', 'actor'])('is not %s of a log', (field) => {
    expect(pathsOf(log({ subject: 'actor', fields: [field] }))).toEqual([path(`t.personal.fields.${field}`)])
  })

  test('is about somebody whom a column of one’s own names', () => {
    expect(pathsOf(table({ subject: 'version', fields: ['name'] }))).toEqual([path('t.personal.subject')])
    expect(pathsOf(log({ subject: 'seq', fields: ['name'] }))).toEqual([path('t.personal.subject')])
    expect(pathsOf(log({ subject: 'the one', fields: ['name'] }))).toEqual([path('t.personal.subject')])
  })

  test.each(['history', 'events', 'witness', 'erasure'] as const)(
    'is not in a log of the kind %s',
    (kind) => {
      const personal = { subject: 'id', fields: ['name'] }
      const problems = problemsOf({ t: immutable({ kind, personal }), erasures }).filter((problem) =>
        problem.path.includes('personal'),
      )
      expect(problems.map((problem) => problem.path)).toEqual([path('t.personal')])
    },
  )
})

describe('a log of erasures', () => {
  const personal = { subject: 'id', fields: ['name'] }

  test('is there where something is personal', () => {
    expect(problemsOf({ t: mutable({ personal }) })).toEqual([
      {
        path: 'services.notes.owns',
        message: 'has personal data, and there is no log of what is to be erased',
        fix: "Add to owns: erasures: immutable({ kind: 'erasure' }).",
      },
    ])
    expect(problemsOf({ t: mutable({ personal }), odd: { mutability: 'immutable' } })).toMatchObject([
      { path: path('odd.kind') },
    ])
    expect(problemsOf({ t: mutable(), erasures })).toEqual([])
  })

  test('is one', () => {
    expect(pathsOf({ t: mutable({ personal }), erasures, more: erasures })).toEqual([path('more')])
  })
})
