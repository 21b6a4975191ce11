import colors from 'picocolors'
import type { StartEvent } from '../options/options.js'
import { seconds } from './words.js'

/** The line for an event; nothing for those that are not worth one. */
export function eventLine(event: StartEvent): string | undefined {
  switch (event.kind) {
    case 'step':
      return `${colors.dim('·')} ${colors.dim(event.what)}`
    case 'done':
      return `${colors.green('✓')} ${event.what}  ${colors.dim(seconds(event.milliseconds))}`
    case 'ended':
      return `${colors.yellow('!')} ${event.name} ended (${event.how}); it is started again in ${seconds(event.againInMilliseconds)}`
    case 'back':
      return `${colors.green('✓')} ${event.name} is back, as process ${event.pid}`
    case 'stopping':
      return `${colors.dim('·')} stopping ${event.what}`
  }
}
