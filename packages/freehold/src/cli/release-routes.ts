import { buildCommand } from '@stricli/core'
import type { ReleaseFlags } from './commands/release.js'
import { globalFlags, text } from './flags.js'
import { command, type CliContext } from './invocation.js'
import { liveFlags } from './live-flags.js'

/** `freehold release` */
export const releaseCommand = buildCommand<ReleaseFlags, readonly string[], CliContext>({
  docs: {
    brief: 'Write down what the versions of services are made of, and what they send',
    fullDescription:
      'Write down the version of each service that its package.json says: its migrations, its part of the manifest, its schema, the statements that it sends, its events and its API, as files in releases/<version> beside its migrations. `freehold check` compares with them what comes next. The schema is what the migrations make on a shadow server. A version that was released is never replaced.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      statements: {
        kind: 'parsed',
        parse: text,
        optional: true,
        variadic: true,
        placeholder: 'path',
        brief:
          'Statements that processes recorded (FREEHOLD_RECORD_STATEMENTS): a folder or a file; may be repeated',
      },
      ...liveFlags,
      openapi: {
        kind: 'parsed',
        parse: text,
        optional: true,
        variadic: true,
        placeholder: 'service=where',
        brief: 'The OpenAPI document of a service, a file or a URL; may be repeated',
      },
    },
    positional: {
      kind: 'array',
      parameter: { parse: text, placeholder: 'service', brief: 'Names of services; all when none is given' },
    },
  },
  loader: command(async () => (await import('./commands/release.js')).release),
})
