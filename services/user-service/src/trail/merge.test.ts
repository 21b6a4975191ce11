import type { AuditEntry, AuditPage } from '@notes/audit-trail'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { merged, type Answers } from './merge.js'
import { cursorAt, placesOf, start, trailServices, type Places, type TrailService } from './place.js'

/** The logs of a model: of each entry no more than its seq and its time. */
type Logs = Record<TrailService, { seq: number; at: number }[]>

const nameOf = ({ service, seq }: Pick<AuditEntry, 'service' | 'seq'>): string => `${service} ${seq}`

function answerOf(logs: Logs, service: TrailService, before: number | undefined, limit: number): AuditPage {
  if (before === 0) return { items: [], nextCursor: null }
  const found = logs[service].filter(({ seq }) => seq < (before ?? Infinity)).toReversed()
  const items = found.slice(0, limit).map(({ seq, at }) => entry(service, seq, at))
  return { items, nextCursor: found.length > limit ? String(items.at(-1)?.seq) : null }
}

function entry(service: TrailService, seq: number, at: number): AuditEntry {
  return {
    service,
    log: 'audit_log',
    seq,
    position: null,
    at: new Date(at).toISOString(),
    action: 'x',
    actor: null,
    entity: null,
    entityId: null,
    version: null,
    requestId: null,
    detail: {},
    proof: { status: 'pending' },
  }
}

const service = fc.constantFrom(...trailServices)
/** What happens between two pages: entries are written, and services stop answering for one page. */
const between = fc.record({
  written: fc.array(fc.record({ service, skipped: fc.nat(3), hurry: fc.nat(5) }), { maxLength: 6 }),
  missing: fc.subarray([...trailServices]),
})

it('shows each entry that was there exactly once, in the order of its log, whatever is written and fails meanwhile', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ service, skipped: fc.nat(3), hurry: fc.nat(5) }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(between, { maxLength: 12 }),
      (before, limit, pages) => {
        const logs: Logs = { auth: [], user: [], notes: [] }
        let clock = 0
        const write = (what: { service: TrailService; skipped: number; hurry: number }): void => {
          const log = logs[what.service]
          // Of two that are written at once, the later seq can have the earlier time.
          log.push({ seq: (log.at(-1)?.seq ?? 0) + 1 + what.skipped, at: (clock += 3) - what.hurry })
        }
        before.forEach(write)
        const there = trailServices.flatMap((name) => logs[name].map(({ seq }) => `${name} ${seq}`))
        const seen: AuditEntry[] = []
        const hasFailed = new Set<TrailService>()
        let places: Places | undefined = start
        for (let turn = 0; places !== undefined; turn += 1) {
          const { missing, written } = pages[turn] ?? { missing: [], written: [] }
          const from: Places = places
          const answers = Object.fromEntries(
            trailServices.map((name) => [
              name,
              missing.includes(name) && from[name] !== 0
                ? undefined
                : answerOf(logs, name, from[name], limit),
            ]),
          ) as unknown as Answers
          for (const name of missing) if (from[name] === undefined) hasFailed.add(name)
          const page = merged(from, answers, limit)
          expect(page.items.length).toBeLessThanOrEqual(limit)
          seen.push(...page.items)
          // A cursor takes the way through a client.
          places = page.next && placesOf(cursorAt(page.next))
          written.forEach(write)
          expect(turn).toBeLessThan(200)
        }
        const names = seen.map(nameOf)
        expect(new Set(names).size).toBe(names.length)
        expect(names).toEqual(expect.arrayContaining(there))
        for (const name of trailServices) {
          const seqs = seen.filter((each) => each.service === name).map(({ seq }) => seq)
          expect(seqs).toEqual(seqs.toSorted((a, b) => b - a))
          // Only a log that could not be read at first may show what was written since.
          if (!hasFailed.has(name))
            expect(seqs.map((seq) => `${name} ${seq}`).filter((each) => !there.includes(each))).toEqual([])
        }
      },
    ),
    { numRuns: 500 },
  )
})

it('puts the newest first, and of one instant the services in their order', () => {
  const page = (name: TrailService, ...times: number[]): AuditPage => ({
    items: times.map((at, i) => entry(name, 10 - i, at)),
    nextCursor: null,
  })
  const answers = { auth: page('auth', 9, 1), user: page('user', 5), notes: page('notes', 9, 5, 2) }
  const { items, next } = merged(start, answers, 10)
  expect(items.map(({ service: name, at }) => [name, Date.parse(at)])).toEqual([
    ['auth', 9],
    ['notes', 9],
    ['user', 5],
    ['notes', 5],
    ['notes', 2],
    ['auth', 1],
  ])
  expect(next).toBeUndefined()
})

it('does not go past what a service has answered, where it says that there is more', () => {
  const short: AuditPage = { items: [entry('notes', 10, 9)], nextCursor: '10' }
  const old: AuditPage = { items: [entry('auth', 4, 3)], nextCursor: null }
  const { items, next } = merged(start, { auth: old, user: undefined, notes: short }, 10)
  expect(items.map(nameOf)).toEqual(['notes 10'])
  expect(next).toEqual({ auth: 5, user: undefined, notes: 10 })
})
