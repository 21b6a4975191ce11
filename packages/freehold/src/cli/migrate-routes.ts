import { buildCommand, buildRouteMap, numberParser } from '@stricli/core'
import { globalFlags, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'

const services = {
  kind: 'array',
  parameter: { parse: text, placeholder: 'service', brief: 'Names of services; all when none is given' },
} as const

const up = buildCommand<GlobalFlags & { readonly wait: number }, readonly string[], CliContext>({
  docs: {
    brief: 'Apply the migrations that are pending',
    fullDescription:
      'Apply the migrations that are pending, service by service. What a failing migration did is rolled back; one that cannot run in a transaction goes on next time where it stopped.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      wait: {
        kind: 'parsed',
        parse: numberParser,
        default: '60',
        placeholder: 'seconds',
        brief: 'How long to wait for another run of the same service',
      },
    },
    positional: services,
  },
  loader: command(async () => (await import('./commands/migrate-up.js')).migrateUp),
})

const status = buildCommand<GlobalFlags, readonly string[], CliContext>({
  docs: {
    brief: 'Show which migrations are applied and which are pending',
    fullDescription:
      'Show which migrations are applied and which are pending.\n\nExit codes: 0 none is pending, 2 some are, 1 an error, or files that contradict what was applied.',
  },
  parameters: { flags: globalFlags, positional: services },
  loader: command(async () => (await import('./commands/migrate-status.js')).migrateStatus),
})

const create = buildCommand<GlobalFlags, [service: string, name: string], CliContext>({
  docs: { brief: 'Write the file of a new migration' },
  parameters: {
    flags: globalFlags,
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, placeholder: 'service', brief: 'Whose migration it is' },
        { parse: text, placeholder: 'name', brief: 'What it does, for example add_tags_to_notes' },
      ],
    },
  },
  loader: command(async () => (await import('./commands/migrate-new.js')).migrateNew),
})

/** `freehold migrate …` */
export const migrateRoutes = buildRouteMap({
  routes: { up, status, new: create },
  docs: { brief: 'Change the schemas of services' },
})
