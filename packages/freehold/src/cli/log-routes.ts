import { buildCommand, buildRouteMap, numberParser } from '@stricli/core'
import type { CheckFlags, ExportFlags, ProveFlags } from './commands/log-proofs.js'
import type { ArchiveFlags, LogFlags } from './commands/logs.js'
import { globalFlags, sealKeysFlag, text, type GlobalFlags } from './flags.js'
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

const logParameter = { parse: text, placeholder: 'log', brief: 'The log' } as const

const exporting = buildCommand<ExportFlags, [service: string, log: string], CliContext>({
  docs: {
    brief: 'Write all of a log that is signed into a file, which is verified without a database',
    fullDescription:
      'Write all of a log that is signed into a file of compressed JSON lines. `freehold verify --export` verifies it without a database.',
  },
  parameters: {
    flags: { ...globalFlags, to: { kind: 'parsed', parse: text, placeholder: 'file', brief: 'The file' } },
    positional: { kind: 'tuple', parameters: [serviceParameter, logParameter] },
  },
  loader: command(async () => (await import('./commands/log-proofs.js')).logsExport),
})

const prove = buildCommand<ProveFlags, [service: string, log: string], CliContext>({
  docs: {
    brief: 'Prove that a row is at a position of a log, or that a log goes on from a checkpoint',
    fullDescription:
      'Print a proof as JSON, which `freehold logs check` verifies without a database: that a row is at a position, or, with --since, that nothing was changed since a checkpoint that somebody has.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      to: { kind: 'parsed', parse: text, optional: true, placeholder: 'file', brief: 'A file; else stdout' },
      position: {
        kind: 'parsed',
        parse: numberParser,
        optional: true,
        placeholder: 'position',
        brief: 'Of the row',
      },
      since: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'file',
        brief: 'A checkpoint, as a signed note',
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [serviceParameter, logParameter],
    },
  },
  loader: command(async () => (await import('./commands/log-proofs.js')).logsProve),
})

const check = buildCommand<CheckFlags, [file: string], CliContext>({
  docs: {
    brief: 'Check a proof or a checkpoint, without a database',
    fullDescription:
      'Check a proof or a checkpoint, without a database.\n\nExit codes: 0 it holds, 1 it does not.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      keys: sealKeysFlag,
    },
    positional: { kind: 'tuple', parameters: [{ parse: text, placeholder: 'file', brief: 'The proof' }] },
  },
  loader: command(async () => (await import('./commands/log-proofs.js')).logsCheck),
})

/** `freehold logs …` */
export const logRoutes = buildRouteMap({
  routes: { list, archive, verify, export: exporting, prove, check },
  docs: { brief: 'The logs of services: what they hold, archiving it, and proving it' },
})
