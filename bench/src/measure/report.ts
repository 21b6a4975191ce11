import type { Measurement } from './interleaved.js'

/** A table: a line for each contender, a column for each concurrency, ratios to the first contender beside. */
export function report(title: string, unit: string, measurements: readonly Measurement[]): string {
  const concurrencies = [...new Set(measurements.map(({ concurrency }) => concurrency))]
  const contenders = [...new Set(measurements.map(({ contender }) => contender))]
  const cell = (contender: string, concurrency: number): string => {
    const found = measurements.find((one) => one.contender === contender && one.concurrency === concurrency)
    return found ? `${Math.round(found.perSecond)} (${found.ratio.toFixed(2)})` : '–'
  }
  const rows = contenders.map((contender) => [contender, ...concurrencies.map((c) => cell(contender, c))])
  const header = [`${unit} (ratio to ${contenders[0] ?? ''})`, ...concurrencies.map((c) => `c=${c}`)]
  return `${title}\n\n${table([header, ...rows])}\n`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('   ')
  return rows.map(line).join('\n')
}
