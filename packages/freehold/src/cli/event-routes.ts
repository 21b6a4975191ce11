import { buildCommand, buildRouteMap, numberParser } from '@stricli/core'
import type { EventFlags } from './commands/events.js'
import { globalFlags, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'

const serviceParameter = { parse: text, placeholder: 'service', brief: 'The publishing service' } as const
const service = { kind: 'tuple', parameters: [serviceParameter] } as const

const optional = { kind: 'parsed', parse: text, optional: true } as const
const filters = {
  type: { ...optional, placeholder: 'type', brief: 'Only events of this type' },
  key: { ...optional, placeholder: 'key', brief: 'Only events about this key' },
  after: {
    kind: 'parsed',
    parse: numberParser,
    optional: true,
    placeholder: 'position',
    brief: 'Begin after this position',
  },
} as const

const list = buildCommand<EventFlags & { readonly limit: number }, [service: string], CliContext>({
  docs: {
    brief: 'Print events: the last ones, or those after a position',
    fullDescription:
      'Print sealed events of a service, oldest first: the last ones, or with --after those after a position.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      ...filters,
      limit: {
        kind: 'parsed',
        parse: numberParser,
        default: '20',
        placeholder: 'events',
        brief: 'The most events',
      },
    },
    positional: service,
  },
  loader: command(async () => (await import('./commands/events.js')).eventsList),
})

const tail = buildCommand<EventFlags, [service: string], CliContext>({
  docs: {
    brief: 'Print events as they are sealed, until Ctrl-C',
    fullDescription:
      'Print the events of a service as they are sealed, until Ctrl-C. With --json each is one line of JSON.',
  },
  parameters: { flags: { ...globalFlags, ...filters }, positional: service },
  loader: command(async () => (await import('./commands/events.js')).eventsTail),
})

const show = buildCommand<GlobalFlags, [service: string, event: string], CliContext>({
  docs: { brief: 'Print one event, whole' },
  parameters: {
    flags: globalFlags,
    positional: {
      kind: 'tuple',
      parameters: [serviceParameter, { parse: text, placeholder: 'event', brief: 'Its position, or its id' }],
    },
  },
  loader: command(async () => (await import('./commands/events.js')).eventsShow),
})

const count = buildCommand<GlobalFlags, [service: string], CliContext>({
  docs: { brief: 'Count events by type, and say how far they are sealed' },
  parameters: { flags: globalFlags, positional: service },
  loader: command(async () => (await import('./commands/events.js')).eventsCount),
})

/** `freehold events …` */
export const eventRoutes = buildRouteMap({
  routes: { list, tail, show, count },
  docs: { brief: 'The events that services publish' },
})
