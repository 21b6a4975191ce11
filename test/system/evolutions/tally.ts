/** What became of the requests of a load. */
export interface Tally {
  /** Counts an answer as what it was asked for: `PATCH /api/notes/{id} 200, by 0.2.0`. */
  readonly expected: (what: string) => void
  /** Counts an answer that nothing explains. */
  readonly failed: (what: string, said: string) => void
  readonly requests: () => number
  readonly failures: () => readonly string[]
  /** A line for each kind of request. */
  readonly report: () => string
}

/** Nothing asked yet. */
export function newTally(): Tally {
  const counts = new Map<string, number>()
  const failures: string[] = []
  let requests = 0
  return {
    expected: (what) => {
      requests += 1
      counts.set(what, (counts.get(what) ?? 0) + 1)
    },
    failed: (what, said) => {
      requests += 1
      failures.push(`${what}: ${said.slice(0, 600)}`)
    },
    requests: () => requests,
    failures: () => failures,
    report: () =>
      [...counts]
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([what, count]) => `  ${String(count).padStart(6)}  ${what}`)
        .join('\n'),
  }
}
