import type { PlacedEvent, TypeCount } from '../../events/index.js'
import type { Colors } from '../terminal.js'

/** An event in one line: its position, when, what, about what, and its data as far as they fit. */
export function eventLine(event: PlacedEvent, { bold, dim }: Colors): string {
  const data = JSON.stringify(event.data)
  const shown = data.length > mostShown ? `${data.slice(0, mostShown)}…` : data
  return `${bold(String(event.position).padStart(7))} ${dim(event.at.toISOString())} ${event.type} ${event.key} ${dim(shown)}`
}

const mostShown = 120

/** All of an event. */
export function eventText(event: PlacedEvent, { bold, dim }: Colors): string {
  const rows: (readonly [string, string | null])[] = [
    ['id', event.id],
    ['type', event.type],
    ['key', event.key],
    ['time', event.at.toISOString()],
    ['correlation', event.correlation_id],
    ['causation', event.causation_id],
    ['trace', event.traceparent],
  ]
  const said = rows.filter(([, value]) => value !== null)
  return [
    bold(`position ${event.position}`),
    ...said.map(([name, value]) => `  ${dim(name.padEnd(12))}${value ?? ''}`),
    JSON.stringify(event.data, null, 2),
  ].join('\n')
}

/** How many events there are. */
export function countText(counts: readonly TypeCount[], head: number, { bold, dim }: Colors): string {
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  const waiting = total === head ? 'all sealed' : `sealed up to ${head}`
  const lines = counts.map(
    ({ type, count, firstAt, lastAt }) =>
      `${String(count).padStart(9)} ${type} ${dim(`${firstAt.toISOString()} to ${lastAt.toISOString()}`)}`,
  )
  return [...lines, bold(`${String(total).padStart(9)} in all, ${waiting}`)].join('\n')
}
