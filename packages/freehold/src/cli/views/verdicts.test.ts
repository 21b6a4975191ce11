import pico from 'picocolors'
import { describe, expect, test } from 'vitest'
import type { LogVerdict } from '../../verifying/index.js'
import { verdictsText } from './verdicts.js'

const verdict: LogVerdict = {
  service: 'notes',
  log: 'events',
  size: 7,
  position: 101,
  signedAt: new Date('2026-11-28T12:00:00Z'),
  root: '',
  checked: { segments: 7, rows: 101 },
  verifiedBefore: 0,
  waiting: 0,
  witnesses: [],
  archived: 0,
  findings: [],
}
const text = (...changes: Partial<LogVerdict>[]): string =>
  verdictsText(
    changes.map((each) => ({ ...verdict, ...each })),
    pico.createColors(false),
  )
const isNew = { verifiedBefore: 5, checked: { segments: 2, rows: 9 } }
const isOld = { verifiedBefore: 7, checked: { segments: 0, rows: 0 } }

describe('a verdict says no more than was looked at', () => {
  test('of all', () => {
    expect(text({}, {})).toContain('101 rows in 7 segments checked,')
    expect(text({}, {})).toMatch(/\n2 logs are as they were sealed\.$/)
    expect(text({})).toMatch(/\n1 log is as it was sealed\.$/)
  })

  test('of what is new', () => {
    expect(text(isNew, isOld)).toContain('9 rows in 2 new segments checked, 5 segments verified before,')
    expect(text(isNew, isOld)).toContain('nothing new since 7 segments verified before,')
    expect(text(isNew, isOld)).toMatch(
      /\nWhat is new in 2 logs is as it was sealed\. `--all` also looks at what was verified before\.$/,
    )
  })

  test('of what does not hold, and of what nobody signed', () => {
    const findings = [{ kind: 'stray', detail: 'the row with the seq 3' }] as const
    expect(text({ ...isNew, findings }, {})).toMatch(
      /\n1 of 2 logs is not as it was sealed\. `--all` also looks at what was verified before\.$/,
    )
    expect(text(isOld, { size: 0, waiting: 2 })).toMatch(
      /\nWhat is new in 1 log is as it was sealed\. .* 1 were never signed, so nothing can be said/,
    )
  })
})
