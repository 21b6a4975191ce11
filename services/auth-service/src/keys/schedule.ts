/** A key on the time line. Generations have no gap, and each signs from later than the one before. */
export interface ScheduledKey {
  readonly generation: number
  readonly signs_from: Date
}

/** How keys follow one another. All in milliseconds. */
export interface Schedule {
  /** How long a key signs. */
  readonly every: number
  /** How long a key is published before it signs, so that whoever caches the key set knows it in time. */
  readonly lead: number
  /** How long a key is published after it signed for the last time: the life of a token, and a little. */
  readonly keep: number
}

/**
 * The key that signs at a moment. When all begin later, which only a clock that is behind can see, the first.
 *
 * @param keys - In the order of their generations.
 * @param at - Milliseconds since 1970.
 */
export function signingAt<K extends ScheduledKey>(keys: readonly K[], at: number): K | undefined {
  return keys.findLast((key) => key.signs_from.getTime() <= at) ?? keys[0]
}

/**
 * The keys that are of no more use: their successor took over so long ago that every token they signed
 * has expired.
 *
 * @param keys - In the order of their generations.
 * @param at - Milliseconds since 1970.
 * @param keep - How long a key is published after its last use, in milliseconds.
 */
export function outlivedAt<K extends ScheduledKey>(keys: readonly K[], at: number, keep: number): K[] {
  return keys.filter((_, index) => {
    const successor = keys[index + 1]
    return successor !== undefined && successor.signs_from.getTime() + keep <= at
  })
}

/**
 * The next key, when it is time to publish it.
 *
 * @param keys - In the order of their generations.
 * @param at - Milliseconds since 1970.
 * @param schedule - How keys follow one another.
 */
export function dueAt(
  keys: readonly ScheduledKey[],
  at: number,
  schedule: Schedule,
): ScheduledKey | undefined {
  const last = keys.at(-1)
  // Nobody holds a token yet, so the very first key need not be announced.
  if (last === undefined) return { generation: 1, signs_from: new Date(at) }
  const next = last.signs_from.getTime() + schedule.every
  if (next - schedule.lead > at) return undefined
  return { generation: last.generation + 1, signs_from: new Date(Math.max(next, at + schedule.lead)) }
}
