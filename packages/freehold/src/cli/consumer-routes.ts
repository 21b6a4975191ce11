import { buildCommand, buildRouteMap } from '@stricli/core'
import type { MoveFlags } from './commands/consumers.js'
import { globalFlags, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'

const optional = { kind: 'parsed', parse: text, optional: true } as const

const list = buildCommand<GlobalFlags, readonly string[], CliContext>({
  docs: { brief: 'Print how far consumers have come, what they have parked, and who runs them' },
  parameters: {
    flags: globalFlags,
    positional: {
      kind: 'array',
      parameter: {
        parse: text,
        placeholder: 'service',
        brief: 'The consuming services; all when none is given',
      },
    },
  },
  loader: command(async () => (await import('./commands/consumers.js')).consumersList),
})

const move = buildCommand<MoveFlags, [service: string, consumer: string], CliContext>({
  docs: {
    brief: 'Set a consumer that is stopped to another place in the log',
    fullDescription:
      'Set a consumer that is stopped to another place in the log. It goes on with the event after that position when it is started again: what it goes back over has its effect again, and what it passes over has none. Parked events beyond the place come again, and are given up as they are. Who and why are kept.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      to: {
        kind: 'parsed',
        parse: text,
        placeholder: 'position|start|end',
        brief: 'The last position that counts as handled; start: before the first event that is not archived',
      },
      source: { ...optional, placeholder: 'service', brief: 'Whose events, where it hears several services' },
      who: { ...optional, placeholder: 'name', brief: 'Who does it; else the user of this session' },
      why: { ...optional, placeholder: 'reason', brief: 'Why; it is kept with the move' },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, placeholder: 'service', brief: 'The consuming service' },
        { parse: text, placeholder: 'consumer', brief: 'The name of the consumer' },
      ],
    },
  },
  loader: command(async () => (await import('./commands/consumers.js')).consumersMove),
})

/** `freehold consumers …` */
export const consumerRoutes = buildRouteMap({
  routes: { list, move },
  docs: { brief: 'Who consumes events, how far they have come, and setting them elsewhere' },
})
