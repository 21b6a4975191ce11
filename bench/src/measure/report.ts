import type { Measurement } from './interleaved.js'

/** What a benchmark says in the end. */
export interface Table {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The same and more, for programs. */
  readonly figures: unknown
}

/**
 * A line for each contender, a column for each concurrency, ratios to the first contender beside.
 *
 * @param column - What is written before the numbers that stand over the columns: `c` for concurrency.
 */
export function ratios(
  title: string,
  unit: string,
  measurements: readonly Measurement[],
  column = 'c',
): Table {
  const concurrencies = [...new Set(measurements.map(({ concurrency }) => concurrency))]
  const contenders = [...new Set(measurements.map(({ contender }) => contender))]
  const cell = (contender: string, concurrency: number): string => {
    const found = measurements.find((one) => one.contender === contender && one.concurrency === concurrency)
    return found && Number.isFinite(found.perSecond)
      ? `${Math.round(found.perSecond)} (${found.ratio.toFixed(2)})`
      : '–'
  }
  return {
    title,
    header: [`${unit} (ratio to ${contenders[0] ?? ''})`, ...concurrencies.map((c) => `${column}=${c}`)],
    rows: contenders.map((contender) => [contender, ...concurrencies.map((c) => cell(contender, c))]),
    figures: measurements,
  }
}

/** A table in columns, under its title. */
export function text({ title, header, rows }: Table): string {
  const lines = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const aligned = lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('   '),
  )
  return `${title}\n\n${aligned.join('\n')}\n`
}
