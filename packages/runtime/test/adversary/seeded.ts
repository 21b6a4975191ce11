/** Numbers that look random and are the same for the same seed. */
export interface Seeded {
  /** From 0 up to, and not with, `below`. */
  below(below: number): number
  pick<T>(choices: readonly T[]): T
  /** Another such source, so that writers which run at once do not share one. */
  fork(): Seeded
}

/**
 * Seeds a source, and says with what, so that a run can be had again: `FREEHOLD_SEED=<seed> npx vitest run …`. What
 * the machine does in between is not seeded: the seed repeats what is tried, and not always what happens.
 */
export function seededForTest(test: string): Seeded {
  const seed = Number(process.env['FREEHOLD_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
  console.log(`${test}: FREEHOLD_SEED=${seed}`)
  return seeded(seed)
}

/** Mulberry32. */
function seeded(seed: number): Seeded {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (limit: number): number => next() % limit
  return {
    below,
    pick: (choices) => choices[below(choices.length)] as (typeof choices)[number],
    fork: () => seeded(next()),
  }
}
