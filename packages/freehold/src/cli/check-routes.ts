import { buildCommand } from '@stricli/core'
import { checkFormats } from './check-formats.js'
import type { CheckFlags } from './commands/check.js'
import { globalFlags, text } from './flags.js'
import { command, type CliContext } from './invocation.js'
import { liveFlags } from './live-flags.js'

/** `freehold check` */
export const checkCommand = buildCommand<CheckFlags, readonly string[], CliContext>({
  docs: {
    brief: 'Say what a deploy would break, before it is one',
    fullDescription:
      'Say what a deploy of the working tree would break: migrations that ownership or the runner forbids, or that lock for long; statements that the released version sends and the new schema refuses, and the other way round; events and APIs that whoever uses them would not understand. Needs no server of yours, unless --from-database or --from-statistics adds what is sent to the live ones.\n\nExit codes: 0 nothing breaks, 1 something does, or an error, 2 nothing that was looked at breaks, and something could not be looked at.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      against: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'version',
        brief: 'The release to compare with; else the last one',
      },
      format: {
        kind: 'enum',
        values: checkFormats,
        optional: true,
        brief: 'How to say it; --json is --format json',
      },
      out: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'file',
        brief: 'Write it into this file, and print it for people',
      },
      openapi: {
        kind: 'parsed',
        parse: text,
        variadic: true,
        optional: true,
        placeholder: 'service=where',
        brief:
          'The OpenAPI document of a service as it is today, a file or a URL; else openapi.json in its folder',
      },
      statements: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'path',
        brief:
          'Where FREEHOLD_RECORD_STATEMENTS had what the working tree sends recorded: the folder, or a file of it',
      },
      ...liveFlags,
      all: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Also the migrations that the last release has',
      },
    },
    positional: {
      kind: 'array',
      parameter: { parse: text, placeholder: 'service', brief: 'Names of services; all when none is given' },
    },
  },
  loader: command(async () => (await import('./commands/check.js')).check),
})
