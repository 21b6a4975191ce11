import type { ConsumerCursor, Moved } from '../../consumers/index.js'
import type { Colors } from '../terminal.js'
import { counted } from './counted.js'

/** How a consumer stands with the log of its publisher; all null but the problem when it cannot be read. */
export interface Standing {
  /** The last position that is sealed. */
  readonly head: number | null
  /** How many positions there are to go. */
  readonly lag: number | null
  /** False when its cursor is of another life of the log. */
  readonly isOfThisLife: boolean | null
  readonly problem: string | null
}

/** A consumer with how it stands. */
export interface ListedConsumer extends ConsumerCursor, Standing {
  readonly service: string
}

/** Consumers, two lines each or three. */
export function consumersText(
  consumers: readonly ListedConsumer[],
  { bold, dim, red, yellow }: Colors,
): string {
  if (consumers.length === 0) return 'No consumer has ever run.'
  const lines = consumers.flatMap((one) => [
    `${bold(`${one.service}.${one.consumer}`)} of ${one.source} at ${one.position}${aheadText(one)}`,
    `  ${holdersText(one)}, ${one.parked === 0 ? 'nothing parked' : yellow(`${counted(one.parked, 'event')} parked`)}`,
    ...(one.isOfThisLife === false ? [`  ${red('its cursor is of another life of the log')}`] : []),
    ...(one.problem === null ? [] : [`  ${red(one.problem)}`]),
    ...(one.lastMove === null
      ? []
      : [
          `  ${dim(`moved to ${one.lastMove.position} by ${one.lastMove.who} ${one.lastMove.at.toISOString()}: ${one.lastMove.why}`)}`,
        ]),
  ])
  return lines.join('\n')
}

/** What a move has done. */
export function movedText(service: string, { consumer, source, from, to, discarded }: Moved): string {
  const again = to < from ? ` What it has handled after ${to} comes again.` : ''
  const given =
    discarded > 0
      ? ` ${counted(discarded, 'event')} that had been parked beyond it: given up, and to come again.`
      : ''
  return `${service}.${consumer} of ${source} stood at ${from}, and goes on with ${to + 1}.${again}${given}`
}

function aheadText({ head, lag }: ListedConsumer): string {
  if (head === null || lag === null) return ''
  return ` of ${head}, ${lag === 0 ? 'up to date' : `${counted(lag, 'event')} behind`}`
}

function holdersText({ instances, held, lanes }: ListedConsumer): string {
  if (held === 0 && instances === 0) return `stopped, ${lanes} lanes`
  const processes = instances === 1 ? '1 process' : `${instances} processes`
  return `${processes}, ${held} of ${lanes} lanes held`
}
