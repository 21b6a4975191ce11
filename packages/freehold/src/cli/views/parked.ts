import type { ParkedEvent, ParkedKey } from '../../parked/index.js'
import type { Colors } from '../terminal.js'
import { counted } from './counted.js'

/** Keys that wait, two lines each. */
export function parkedKeysText(keys: readonly ParkedKey[], { bold, dim, red }: Colors): string {
  if (keys.length === 0) return 'Nothing is parked.'
  const lines = keys.flatMap((key) => {
    const tried = key.isRetried ? 'is tried again' : `tried ${times(key.attempts)}`
    return [
      `${bold(key.key)} ${key.type} at ${key.position} of ${key.source}, for ${key.consumer}: ${counted(key.events, 'event')}, ${tried}`,
      `  ${red(indented(key.error ?? 'no error'))} ${dim(key.parkedAt.toISOString())}`,
    ]
  })
  return lines.join('\n')
}

/** Events of a key, with what went wrong and what was done. */
export function parkedEventsText(events: readonly ParkedEvent[], { bold, dim, red }: Colors): string {
  const blocks = events.map(({ event, error, attempts, state, parkedAt, settledAt, actions }) => [
    `${bold(`position ${event.position}`)} ${event.type} ${dim(event.id)} ${settledAt ? `${state} ${settledAt.toISOString()}` : state}`,
    error === null
      ? `  ${dim('waits behind the one before')}`
      : `  ${red(indented(error))} ${dim(`tried ${times(attempts)}, parked ${parkedAt.toISOString()}`)}`,
    ...actions.map(
      ({ action, who, why, at, before }) =>
        `  ${action} by ${who} ${dim(at.toISOString())}${why === null ? '' : `: ${why}`}${action === 'edit' ? `, before: ${JSON.stringify(before)}` : ''}`,
    ),
    `  ${indented(JSON.stringify(event.data, null, 2))}`,
  ])
  return blocks.flat().join('\n')
}

function times(attempts: number): string {
  return attempts === 1 ? 'once' : `${attempts} times`
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ')
}
