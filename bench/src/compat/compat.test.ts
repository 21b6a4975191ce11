import { expect, inject, test } from 'vitest'
import { readCases } from './cases.js'
import { judge } from './gate.js'

// One of each sort; `npm run bench -- compat` judges all of them.
const chosen = [
  ['billing/row_security_on_invoices', true],
  ['fleet/level_on_devices', true],
  ['shop/column_renamed_behind_view', false],
  ['shop/credit_positive', true],
  ['shop/trigger_harmless', false],
] as const

test.each(chosen)(
  '%s: what the gate says is what happens',
  async (name, breaks) => {
    const one = (await readCases()).find((each) => each.name === name)
    const { report, truth } = await judge(inject('serverUrl'), one!)
    expect(truth.length > 0).toBe(breaks)
    expect(report.findings.some(({ severity }) => severity === 'error')).toBe(breaks)
    expect(report.deploy?.unchecked).toEqual([])
  },
  120_000,
)

test('there are enough cases, of names that tell them apart', async () => {
  const cases = await readCases()
  expect(cases.length).toBeGreaterThanOrEqual(60)
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})
