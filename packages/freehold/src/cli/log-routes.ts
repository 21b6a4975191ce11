import { buildCommand, buildRouteMap, numberParser } from '@stricli/core'
import type { ArchiveFlags, LogFlags } from './commands/logs.js'
import { globalFlags, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'

const serviceParameter = {
  parse: text,
  placeholder: 'service',
  brief: 'The service that owns the log',
} as const

const list = buildCommand<LogFlags, [service: string], CliContext>({
  docs: { brief: 'Show the partitions of a log, who still needs them, and what was archived' },
  parameters: {
    flags: {
      ...globalFlags,
      log: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'log',
        brief: 'Else its log of events',
      },
    },
    positional: { kind: 'tuple', parameters: [serviceParameter] },
  },
  loader: command(async () => (await import('./commands/logs.js')).logsList),
})

const archive = buildCommand<ArchiveFlags, [service: string, log: string], CliContext>({
  docs: {
    brief: 'Take old partitions out of a log, into files',
    fullDescription:
      'Take the oldest partitions out of a log, into files. A partition goes when all of it is sealed, and every consumer and the backups are past it; what was written is read back first.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      before: { kind: 'parsed', parse: text, placeholder: 'position|date', brief: 'Only what is before it' },
      to: { kind: 'parsed', parse: text, placeholder: 'folder', brief: 'The folder that gets the files' },
      backedUpTo: {
        kind: 'parsed',
        parse: numberParser,
        placeholder: 'position',
        brief: 'The last position that the backups have; it is recorded',
      },
      who: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'name',
        brief: 'Who says so; else you',
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [serviceParameter, { parse: text, placeholder: 'log', brief: 'The log' }],
    },
  },
  loader: command(async () => (await import('./commands/logs.js')).logsArchive),
})

const verify = buildCommand<GlobalFlags, [file: string], CliContext>({
  docs: { brief: 'Compare an archive with what the database recorded of it, and with its segments' },
  parameters: {
    flags: globalFlags,
    positional: { kind: 'tuple', parameters: [{ parse: text, placeholder: 'file', brief: 'The archive' }] },
  },
  loader: command(async () => (await import('./commands/logs.js')).logsVerify),
})

/** `freehold logs …` */
export const logRoutes = buildRouteMap({
  routes: { list, archive, verify },
  docs: { brief: 'The logs of services: what they hold, and archiving it' },
})
