import type { Contender } from './contender.js'
import { median } from './median.js'

/** How long and how often to measure. */
export interface Schedule {
  readonly concurrencies: readonly number[]
  readonly rounds: number
  /** Of one slice. */
  readonly seconds: number
}

/** What one contender reached at one concurrency. */
export interface Measurement {
  readonly contender: string
  readonly concurrency: number
  /** Operations per second, the median over the rounds. */
  readonly perSecond: number
  /** To the first contender, the median of the ratios round by round. */
  readonly ratio: number
  /** Operations per second of every round, in their order; NaN where it had no result. */
  readonly rounds: readonly number[]
}

/**
 * Measures contenders in turn, slice by slice, so that a machine that becomes slower becomes so for all of them;
 * ratios are taken within a round. The order turns from round to round, so that nobody is always first.
 *
 * @param onSlice - Called after each slice.
 */
export async function interleaved(
  contenders: readonly Contender[],
  { concurrencies, rounds, seconds }: Schedule,
  onSlice: (contender: string, concurrency: number, perSecond: number) => void,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const concurrency of concurrencies) {
    const results = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
    for (const contender of contenders) await slice(contender, concurrency, Math.min(seconds, 0.5))
    for (let round = 0; round < rounds; round += 1) {
      for (const contender of rotated(contenders, round)) {
        const perSecond = await slice(contender, concurrency, seconds)
        results.get(contender.name)?.push(perSecond)
        onSlice(contender.name, concurrency, perSecond)
      }
    }
    const base = results.get(contenders[0]?.name ?? '') ?? []
    for (const [contender, values] of results) {
      const ratios = values.map((value, round) => value / (base[round] ?? Number.NaN))
      measurements.push({
        contender,
        concurrency,
        perSecond: median(values.filter(Number.isFinite)),
        ratio: median(ratios.filter(Number.isFinite)),
        rounds: values,
      })
    }
  }
  return measurements
}

async function slice(contender: Contender, concurrency: number, seconds: number): Promise<number> {
  if (contender.slice) return contender.slice(concurrency, seconds)
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  let done = 0
  const work = async (worker: number): Promise<void> => {
    while (performance.now() < until) {
      await contender.operation?.(worker)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)))
  return (done * 1000) / (performance.now() - startedAt)
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
