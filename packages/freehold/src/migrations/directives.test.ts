import { expect, test } from 'vitest'
import { parseDirectives } from './directives.js'
import { isInRange, parseVersionRange } from './version-range.js'

const parse = (sql: string) =>
  parseDirectives({ number: 1, name: 'x', fileName: '0001_x.sql', path: '/x/0001_x.sql', sql, checksum: '' })

test('a file says where it is on a path, what may run after it, and what it takes away', () => {
  const sql = `-- rename: contract
-- freehold: phase contract of rename_display_name
--   freehold: compatible with >=1.2.0 <2.0.0

-- freehold: contract profiles.display_name after 12 hours
-- freehold: backfill profiles by id in batches of 10
alter table profiles drop column display_name;`
  expect(parse(sql)).toMatchObject({
    phase: { phase: 'contract', path: 'rename_display_name' },
    compatible: { text: '>=1.2.0 <2.0.0' },
    contract: {
      target: { table: 'profiles', column: 'display_name' },
      unusedForMs: 43_200_000,
      unusedFor: '12 hours',
    },
  })
  expect(parse('-- freehold: contract drafts after 1 week\nselect 1').contract?.target).toEqual({
    table: 'drafts',
  })
  expect(parse('-- freehold: contract versions after 1 minute\nselect 1').contract?.target).toBeUndefined()
  expect(parse('select 1')).toEqual({})
})

test.each([
  ['-- freehold: phase shrink of x', 1, 14, /another form/],
  ['-- hello\n-- freehold: contrct a.b after 1 day', 2, 14, /knows phase, compatible, contract/],
  ['-- freehold: compatible with >=1.2.0 ~2.0.0', 1, 38, /"~2\.0\.0" is no comparison/],
  ['-- freehold: contract a.b after a while', 1, 33, /"a while" is no time/],
  ['-- freehold: contract a.b.c after 1 day', 1, 23, /no table or column/],
  ['select 1;\n-- freehold: contract a.b after 1 day', 2, 14, /before the first statement/],
  ['-- freehold: phase expand of x\n-- freehold: phase expand of y', 2, 14, /one line "phase"/],
])('%j is refused with line, column and caret', (sql, line, column, message) => {
  let error: unknown
  try {
    parse(sql)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toMatchObject({
    code: 'FREEHOLD_MIGRATION_DIRECTIVE',
    details: { line, column },
    message: expect.stringMatching(message),
  })
  expect((error as Error).message.split('\n').at(-1)).toBe(`  | ${' '.repeat(column - 1)}^`)
})

test.each([
  ['1.2.0', '>=1.2.0 <2.0.0', true],
  ['1.10.0', '>=1.9.0', true],
  ['2.0.0', '>=1.2.0 <2.0.0', false],
  ['2.0.0-rc.1', '>=1.2.0 <2.0.0', true],
  ['1.2.0-rc.1', '>=1.2.0', false],
  ['1.2.0-rc.10', '>1.2.0-rc.9', true],
  ['1.2.0-alpha', '<1.2.0-alpha.1', true],
  ['1.2.0-1', '<1.2.0-a', true],
  ['1.2.0+build', '=1.2.0', true],
  ['1.2.0', '>1.2.0', false],
  ['yesterday', '>=0.0.0', false],
])('%s in %s: %s', (version, range, isIn) => {
  expect(isInRange(version, parseVersionRange(range)!)).toBe(isIn)
})
