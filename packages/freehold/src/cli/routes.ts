import { buildCommand, buildRouteMap } from '@stricli/core'
import type { AsyncApiFlags } from './commands/asyncapi.js'
import type { VerifyFlags } from './commands/verify.js'
import type { StatusFlags } from './commands/status.js'
import { globalFlags, sealKeysFlag, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'

const services = {
  kind: 'array',
  parameter: { parse: text, placeholder: 'service', brief: 'Names of services; all when none is given' },
} as const

/** `freehold manifest` */
export const manifestCommand = buildCommand<GlobalFlags, [], CliContext>({
  docs: { brief: 'Print the system: services, tables, references, events' },
  parameters: { flags: globalFlags },
  loader: command(async () => (await import('./commands/manifest.js')).manifest),
})

/** `freehold plan` */
export const planCommand = buildCommand<GlobalFlags, [], CliContext>({
  docs: {
    brief: 'Show what differs between the servers and the manifest',
    fullDescription:
      'Show what differs between the servers and the manifest. Reads only.\n\nExit codes: 0 no difference, 2 a difference, 1 an error.',
  },
  parameters: { flags: globalFlags },
  loader: command(async () => (await import('./commands/plan.js')).plan),
})

/** `freehold apply` */
export const applyCommand = buildCommand<GlobalFlags & { readonly yes: boolean }, [], CliContext>({
  docs: {
    brief: 'Make the servers as the manifest says',
    fullDescription:
      'Make the servers as the manifest says: show the plan, ask, and apply it. Credentials go to <state>/credentials and are never printed.\n\nExit codes: 0 done, 2 something is left for a migration or a person to mend, 1 an error.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      yes: { kind: 'boolean', default: false, withNegated: false, brief: 'Do not ask' },
    },
    aliases: { y: 'yes' },
  },
  loader: command(async () => (await import('./commands/apply.js')).apply),
})

/** `freehold status` */
export const statusCommand = buildCommand<StatusFlags, [], CliContext>({
  docs: {
    brief: 'Show each service: server, roles, tables, migrations, drift',
    fullDescription:
      'Show each service: server, database, roles, schema, tables, versions, migrations, drift. Drift is what `freehold plan` would change; --schema also compares each live schema with what its applied migrations make of an empty database.\n\nExit codes: 0 everything could be seen, 1 something could not, 2 a schema was changed beside its migrations.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      schema: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Compare each live schema with what its migrations make, on a shadow',
      },
    },
  },
  loader: command(async () => (await import('./commands/status.js')).status),
})

/** `freehold credentials …` */
export const credentialsRoutes = buildRouteMap({
  docs: { brief: 'The passwords and keys of the services' },
  routes: {
    rotate: buildCommand<GlobalFlags, readonly string[], CliContext>({
      docs: {
        brief: 'Give services new passwords and keys',
        fullDescription:
          'Give services new passwords and new keys to prove themselves with, and write them to their files. Open connections stay open, and the keys before stay valid until the next time; nothing has to be restarted.',
      },
      parameters: { flags: globalFlags, positional: services },
      loader: command(async () => (await import('./commands/credentials-rotate.js')).credentialsRotate),
    }),
  },
})

/** `freehold hba` */
export const hbaCommand = buildCommand<GlobalFlags, [], CliContext>({
  docs: { brief: 'Print the lines of pg_hba.conf that let each service into its own database only' },
  parameters: { flags: globalFlags },
  loader: command(async () => (await import('./commands/hba.js')).hba),
})

/** `freehold asyncapi` */
export const asyncapiCommand = buildCommand<AsyncApiFlags, [], CliContext>({
  docs: {
    brief: 'Describe the events of the services as AsyncAPI 3.0',
    fullDescription:
      'Describe the events that services publish and consume as AsyncAPI 3.0, in JSON: the document of one service, all documents by the name of their service, or, with --out, a file <service>.asyncapi.json each.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      service: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'name',
        brief: 'One service; else all',
      },
      out: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'folder',
        brief: 'Write files into this folder; else stdout',
      },
    },
  },
  loader: command(async () => (await import('./commands/asyncapi.js')).asyncapi),
})

/** `freehold verify` */
export const verifyCommand = buildCommand<VerifyFlags, readonly string[], CliContext>({
  docs: {
    brief: 'Verify that logs are as they were sealed, signed, and told to other services',
    fullDescription:
      'Verify that logs are as they were sealed: recompute the hashes of rows, segments and trees, and compare them with the signed checkpoints, with what was verified before, and with what other services were told. Only what is new since the last time, unless --all is given: a row that is changed after it was verified is found with --all only. With --export, a file is verified, and no database is asked.\n\nExit codes: 0 all of it holds, 1 something does not, or an error, 2 nothing was found, but a service that keeps checkpoints could not be asked.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      log: { kind: 'parsed', parse: text, optional: true, placeholder: 'log', brief: 'One log; else all' },
      all: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Also what was verified before',
      },
      export: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'file',
        brief: 'What `freehold logs export` wrote, instead of live logs',
      },
      keys: sealKeysFlag,
      checkpoint: {
        kind: 'parsed',
        parse: text,
        optional: true,
        variadic: true,
        placeholder: 'file',
        brief: 'A checkpoint that somebody has of the exported log; may be repeated',
      },
    },
    positional: services,
  },
  loader: command(async () => (await import('./commands/verify.js')).verify),
})
