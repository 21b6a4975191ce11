import { expect, test } from 'vitest'
import type { CheckFinding } from '../checking/finding.js'
import type { CourseReport } from './check-course.js'
import type { Coverage } from './coverage.js'
import { verdictOf, withheld } from './verdict.js'

const whole: Coverage = {
  statements: 2,
  reached: { unchecked: 0, parsed: 0, planned: 0, executed: 2 },
  metRows: 2,
  unchecked: [],
  notExecuted: [],
}
const holed: Coverage = { ...whole, unchecked: [{ statement: 'x', reason: 'nobody knows' }] }
const planned: Coverage = { ...whole, notExecuted: [{ statement: 'x', reason: 'nobody knows' }] }
const none: Coverage = { ...whole, statements: 0 }
const error = (direction: 'deploy' | 'rollback'): CheckFinding => ({
  rule: 'statement-fails',
  severity: 'error',
  service: 'notes',
  message: 'It fails.',
  fix: 'Mend it.',
  direction,
})
const report = (facts: Partial<CourseReport>): CourseReport => ({
  findings: [],
  deploy: whole,
  rollback: whole,
  milliseconds: 1,
  ...facts,
})
const of = (facts: Partial<CourseReport>) =>
  verdictOf({ version: '2.4', previous: { version: '2.3', report: report(facts) } })

test('what works in both directions may be deployed before or after, and taken back', () => {
  expect(of({})).toEqual({
    version: '2.4',
    previous: '2.3',
    mayDeployBeforeMigration: true,
    mayDeployAfterMigration: true,
    rollbackSafeTo: ['2.3'],
    text: '2.4 may be deployed before or after its migration; rollback is safe to 2.3',
  })
})

test('what fails in one direction says in which order', () => {
  expect(of({ findings: [error('rollback')] }).text).toBe(
    '2.4 must be deployed after its migration; rollback is safe to 2.3',
  )
  expect(of({ findings: [error('deploy')] })).toMatchObject({
    mayDeployAfterMigration: false,
    rollbackSafeTo: [],
    text: '2.4 must be deployed, everywhere, before its migration; rollback is not safe',
  })
})

test('what was not checked is never called safe', () => {
  expect(verdictOf({ version: '2.4' })).toMatchObject({
    mayDeployBeforeMigration: 'unknown',
    mayDeployAfterMigration: 'unknown',
    rollbackSafeTo: [],
  })
  for (const coverage of [holed, planned, none]) {
    expect(of({ deploy: coverage, rollback: coverage })).toMatchObject({
      mayDeployBeforeMigration: 'unknown',
      mayDeployAfterMigration: 'unknown',
      rollbackSafeTo: [],
    })
  }
  // A failure is a failure, also where the rest was not checked.
  expect(of({ deploy: holed, findings: [error('deploy')] }).mayDeployAfterMigration).toBe(false)
})

test('what breaks elsewhere is deployed in no order, whatever the statements say', () => {
  expect(withheld(of({}), 'see what breaks in events')).toMatchObject({
    mayDeployBeforeMigration: false,
    mayDeployAfterMigration: false,
    rollbackSafeTo: ['2.3'],
    text: '2.4 must not be deployed: see what breaks in events; rollback is safe to 2.3',
  })
})

test('an older version that still works on the new schema is one to go back to', () => {
  const verdict = verdictOf({
    version: '2.4',
    previous: { version: '2.3', report: report({}) },
    earlier: [
      { version: '2.2', report: report({}) },
      { version: '2.1', report: report({ findings: [error('deploy')] }) },
      { version: '2.0', report: report({ deploy: holed }) },
    ],
  })
  expect(verdict.rollbackSafeTo).toEqual(['2.3', '2.2'])
})
