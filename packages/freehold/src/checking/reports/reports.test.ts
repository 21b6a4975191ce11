import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pico from 'picocolors'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkText } from '../../cli/views/check.js'
import type { Verdict } from '../../compatibility/verdict.js'
import type { CheckFinding } from '../finding.js'
import type { PartReport } from '../part.js'
import { reportOf } from '../report.js'
import { githubAnnotations } from './github.js'
import { sarifOf } from './sarif.js'
import { belowSourceRoot } from './source-root.js'

const finding: CheckFinding = {
  rule: 'statement-fails',
  severity: 'error',
  service: 'notes',
  message: 'The column "a,b" is gone: 100%.',
  fix: 'Keep it.',
  statement: 'select a\nfrom notes',
  sentFrom: 'services/notes service/src/ä.ts:41:7',
  sqlstate: '42703',
  details: { column: 'a,b' },
}
const part: PartReport = {
  part: 'statements',
  service: 'notes',
  looked: 'what 0.1.0 sends',
  findings: [finding],
  notLookedAt: [],
  coverage: { checked: 478, of: 500, unchecked: { 'use temporary tables': 22 } },
}
const lint: PartReport = {
  part: 'migrations',
  service: 'notes',
  looked: '1 migration',
  findings: [
    { ...finding, rule: 'locking/lock-table', severity: 'warning', place: { file: 'm.sql', line: 2 } },
    { rule: 'api/added', severity: 'note', service: 'notes', message: 'More.', fix: 'Nothing.' },
  ],
  notLookedAt: [{ why: 'squawk is not here.', fix: 'Install it.' }],
}
const whole = { checked: 3, of: 3, unchecked: {} }
const verdict: Verdict = {
  version: '0.2.0',
  previous: '0.1.0',
  mayDeployBeforeMigration: true,
  mayDeployAfterMigration: false,
  rollbackSafeTo: [],
  text: '0.2.0 must be deployed, everywhere, before its migration; rollback is not safe',
}
const report = reportOf('shop', [
  { service: 'notes', version: '0.2.0', against: ['0.1.0'], parts: [lint, part], verdict },
  { service: 'users', against: [], parts: [{ ...part, service: 'users', findings: [], coverage: whole }] },
])
const colors = pico.createColors(false)

describe('GitHub annotations', () => {
  it('escape what would end them, and say where', () => {
    expect(
      githubAnnotations(report)
        .split('\n')
        .filter((line) => !line.includes('verdict') && !line.includes('coverage')),
    ).toEqual([
      '::warning file=m.sql,line=2,title=notes%3A locking/lock-table::The column "a,b" is gone: 100%25.%0AKeep it.%0Aselect a%0Afrom notes%0Asent from services/notes service/src/ä.ts:41:7, SQLSTATE 42703',
      '::notice title=notes%3A api/added::More.%0ANothing.',
      '::error file=services/notes service/src/ä.ts,line=41,col=7,title=notes%3A statement-fails::The column "a,b" is gone: 100%25.%0AKeep it.%0Aselect a%0Afrom notes%0Asent from services/notes service/src/ä.ts:41:7, SQLSTATE 42703',
      '::warning title=notes%3A migrations not looked at::squawk is not here.%0AInstall it.',
    ])
  })
})

describe('what follows for a service', () => {
  it('stands before the findings on GitHub, and what was not checked is a warning', () => {
    expect(githubAnnotations(report).split('\n').slice(0, 3)).toEqual([
      '::notice title=notes 0.2.0%3A verdict::0.2.0 must be deployed, everywhere, before its migration; rollback is not safe.',
      '::warning title=notes 0.2.0%3A coverage::478 of 500 statements checked; 22 not: 22 use temporary tables.',
      '::notice title=users%3A coverage::3 of 3 statements checked.',
    ])
  })

  it('is a property of the run in SARIF, and what was not checked a notification', () => {
    const [run] = sarifOf(report, '1.2.3').runs
    expect(run?.properties).toEqual({
      outcome: 'breaks',
      services: [
        { service: 'notes', version: '0.2.0', against: ['0.1.0'], verdict, coverage: part.coverage },
        { service: 'users', against: [], coverage: whole },
      ],
    })
    expect(run?.invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      'notes: migrations not looked at. squawk is not here. Install it.',
      'notes: 478 of 500 statements checked; 22 not: 22 use temporary tables.',
    ])
  })
})

describe('a configuration in a folder of the checkout', () => {
  it('has files that are named from the root', async () => {
    expect(githubAnnotations(report, 'apps/shop')).toContain('::warning file=apps/shop/m.sql,line=2,')
    const [result] = sarifOf(report, '1.2.3', 'apps/shop').runs[0]!.results
    expect(result?.locations?.[0]?.physicalLocation.artifactLocation.uri).toBe('apps/shop/m.sql')

    const root = await mkdtemp(join(tmpdir(), 'freehold-checkout-'))
    onTestFinished(() => rm(root, { recursive: true }))
    await mkdir(join(root, '.git'))
    expect(belowSourceRoot(join(root, 'apps', 'shop'))).toBe('apps/shop')
    expect(belowSourceRoot(root)).toBe('')
    expect(belowSourceRoot('/')).toBe('')
  })
})

describe('SARIF', () => {
  const sarif = sarifOf(report, '1.2.3')
  const run = sarif.runs[0]!

  it('names each rule once, and each result points at its own', () => {
    expect(run.tool.driver.rules).toEqual([
      { id: 'api/added' },
      { id: 'locking/lock-table' },
      { id: 'statement-fails' },
    ])
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
  })

  it('has addresses that are URIs, and lines from 1', () => {
    expect(run.results.map(({ locations }) => locations?.[0]?.physicalLocation)).toEqual([
      { artifactLocation: { uri: 'm.sql', uriBaseId: '%SRCROOT%' }, region: { startLine: 2 } },
      undefined,
      {
        artifactLocation: { uri: 'services/notes%20service/src/%C3%A4.ts', uriBaseId: '%SRCROOT%' },
        region: { startLine: 41, startColumn: 7 },
      },
    ])
  })

  it('says what was not looked at, and is plain JSON of the format', () => {
    expect(run.invocations[0]?.toolExecutionNotifications).toHaveLength(2)
    expect(run.results[2]?.properties['details']).toEqual({ column: 'a,b' })
    expect(JSON.parse(JSON.stringify(sarif))).toMatchObject({
      version: '2.1.0',
      runs: [{ columnKind: 'unicodeCodePoints', invocations: [{ executionSuccessful: true }] }],
    })
  })
})

describe('the report for people', () => {
  it('says what was looked at, what not, what breaks and what follows', () => {
    expect(checkText(report, colors)).toMatchInlineSnapshot(`
      "notes 0.2.0 against 0.1.0
        ? migrations 1 migration
            not looked at: squawk is not here.
            Install it.
            warning: The column "a,b" is gone: 100%. locking/lock-table
              m.sql:2
              select a from notes
              sent from services/notes service/src/ä.ts:41:7, 42703
              Keep it.
            note:    More. api/added
              Nothing.
        ✗ statements what 0.1.0 sends
            478 of 500 statements checked; 22 not: 22 use temporary tables
            breaks:  The column "a,b" is gone: 100%. statement-fails
              services/notes service/src/ä.ts:41:7
              select a from notes
              42703
              Keep it.
        0.2.0 must be deployed, everywhere, before its migration; rollback is not safe.

      users not released yet
        ✓ statements what 0.1.0 sends
            3 of 3 statements checked

      1 thing would break. 1 warning, 1 note."
    `)
  })

  it('is never green where something could not be looked at', () => {
    const { outcome, ...rest } = reportOf('shop', [{ service: 'notes', against: [], parts: [lint] }])
    expect(outcome).toBe('incomplete')
    expect(checkText({ outcome, ...rest }, colors)).toContain(
      'Nothing that was looked at breaks; 1 thing could not be',
    )
    expect(
      reportOf('shop', [{ service: 'notes', against: [], parts: [{ ...lint, notLookedAt: [] }] }]).outcome,
    ).toBe('holds')
  })
})
