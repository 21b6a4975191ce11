import { buildCommand, buildRouteMap } from '@stricli/core'
import type { ConsumerFlags, ReasonFlags } from './commands/parked.js'
import { globalFlags, text } from './flags.js'
import { command, type CliContext } from './invocation.js'

const serviceParameter = { parse: text, placeholder: 'service', brief: 'The consuming service' } as const
const keyParameter = { parse: text, placeholder: 'key', brief: 'What the events are about' } as const
const ofService = { kind: 'tuple', parameters: [serviceParameter] } as const
const ofKey = { kind: 'tuple', parameters: [serviceParameter, keyParameter] } as const

const optional = { kind: 'parsed', parse: text, optional: true } as const
const consumerFlags = {
  ...globalFlags,
  consumer: { ...optional, placeholder: 'name', brief: 'Only what this consumer has parked' },
  source: { ...optional, placeholder: 'service', brief: 'Only events of this service' },
} as const
const reasonFlags = {
  ...consumerFlags,
  who: { ...optional, placeholder: 'name', brief: 'Who does it; else the user of this session' },
  why: { ...optional, placeholder: 'reason', brief: 'Why; it is kept with what is done' },
} as const

const list = buildCommand<ConsumerFlags, [service: string], CliContext>({
  docs: { brief: 'Print the keys that wait, and why' },
  parameters: { flags: consumerFlags, positional: ofService },
  loader: command(async () => (await import('./commands/parked.js')).parkedList),
})

const show = buildCommand<ConsumerFlags, [service: string, key: string], CliContext>({
  docs: { brief: 'Print the parked events of a key, and what was done to them' },
  parameters: { flags: consumerFlags, positional: ofKey },
  loader: command(async () => (await import('./commands/parked.js')).parkedShow),
})

const retry = buildCommand<ReasonFlags, [service: string, key: string], CliContext>({
  docs: {
    brief: 'Have the events of a key tried again, in their order',
    fullDescription:
      'Have the events of a key tried again, in their order. The running consumer does it within a second or two; what fails again is parked again.',
  },
  parameters: { flags: reasonFlags, positional: ofKey },
  loader: command(async () => (await import('./commands/parked.js')).parkedRetry),
})

const edit = buildCommand<
  ReasonFlags & { readonly data: string },
  [service: string, key: string, position: string],
  CliContext
>({
  docs: {
    brief: 'Replace the data of a parked event',
    fullDescription: 'Replace the data of a parked event. What it was is kept, with who and why.',
  },
  parameters: {
    flags: {
      ...reasonFlags,
      data: { kind: 'parsed', parse: text, placeholder: 'json', brief: 'The new data, or @file' },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        serviceParameter,
        keyParameter,
        { parse: text, placeholder: 'position', brief: 'The event’s position' },
      ],
    },
  },
  loader: command(async () => (await import('./commands/parked.js')).parkedEdit),
})

const discard = buildCommand<
  ReasonFlags & { readonly position?: string },
  [service: string, key: string],
  CliContext
>({
  docs: {
    brief: 'Give up the parked events of a key, or one of them',
    fullDescription:
      'Give up the parked events of a key, or one of them. They never have their effect; that, who and why are kept.',
  },
  parameters: {
    flags: {
      ...reasonFlags,
      position: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'position',
        brief: 'Only the event at this position; else all of the key',
      },
    },
    positional: ofKey,
  },
  loader: command(async () => (await import('./commands/parked.js')).parkedDiscard),
})

/** `freehold parked …` */
export const parkedRoutes = buildRouteMap({
  routes: { list, show, retry, edit, discard },
  docs: { brief: 'Events that a consumer could not handle, and those behind them' },
})
