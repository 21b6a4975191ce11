import type { AuditEntry, AuditPage } from '@notes/audit-trail'
import { trailServices, type Place, type Places, type TrailService } from './place.js'

/** What services answered; undefined for one that did not. */
export type Answers = Readonly<Record<TrailService, AuditPage | undefined>>

/** A page of the merged trail. */
export interface MergedPage {
  readonly items: readonly AuditEntry[]
  /** Where the next page goes on; undefined when there is nothing more. */
  readonly next: Places | undefined
}

/**
 * Merges pages of several logs, newest first. Within a log entries stay in its order; of several logs the one comes first
 * whose next entry is newer. Each log has a place of its own, so that entries which are written meanwhile neither repeat
 * nor hide others, and a log that could not be read is read where it was left.
 *
 * @param places - Where each log was read from.
 * @param answers - Of each log, the entries before its place.
 * @param limit - The most entries of the page; as many were asked of each log.
 */
export function merged(places: Places, answers: Answers, limit: number): MergedPage {
  const items: AuditEntry[] = []
  const taken: Record<TrailService, number> = { auth: 0, user: 0, notes: 0 }
  while (
    items.length < limit &&
    !trailServices.some((service) => isCutShort(answers[service], taken[service]))
  ) {
    const [newest] = trailServices
      .flatMap((service) => {
        const entry = answers[service]?.items[taken[service]]
        return entry === undefined ? [] : [{ service, entry }]
      })
      // Sorting keeps the order of those that are equal.
      .toSorted((a, b) => b.entry.at.localeCompare(a.entry.at))
    if (newest === undefined) break
    taken[newest.service] += 1
    items.push(newest.entry)
  }
  const placeOf = (service: TrailService): Place =>
    placeAfter(places[service], answers[service], taken[service])
  const next: Places = { auth: placeOf('auth'), user: placeOf('user'), notes: placeOf('notes') }
  return { items, next: trailServices.every((service) => next[service] === 0) ? undefined : next }
}

/** Whether all that a log answered was taken, and it has more: what comes next is not known. */
function isCutShort(page: AuditPage | undefined, taken: number): boolean {
  return page !== undefined && taken === page.items.length && page.nextCursor !== null
}

function placeAfter(before: Place, page: AuditPage | undefined, taken: number): Place {
  if (page === undefined) return before
  if (taken === page.items.length && page.nextCursor === null) return 0
  const last = page.items[taken - 1]
  if (last !== undefined) return last.seq
  // Nothing of it was shown: what is newer than its newest now is not for the pages that follow.
  return before ?? (page.items[0]?.seq ?? 0) + 1
}
