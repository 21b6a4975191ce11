/** A run of seqs: from the first to before the last. */
export type SeqRange = readonly [from: number, to: number]

/** The runs of an int8multirange as PostgreSQL writes it: `{[1,4),[7,8)}`. */
export function rangesOf(multirange: string): SeqRange[] {
  return [...multirange.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => [Number(from), Number(to)])
}

/** How many seqs they have. */
export function countOf(ranges: readonly SeqRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0)
}

/** The seqs, one by one. */
export function* seqsOf(ranges: readonly SeqRange[]): Generator<number> {
  for (const [from, to] of ranges) for (let seq = from; seq < to; seq += 1) yield seq
}
