/**
 * The smallest of the values that at least so many per cent of them do not exceed; NaN of nothing.
 *
 * @param percent - From above 0 to 100.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN
}
