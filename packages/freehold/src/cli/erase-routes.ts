import { buildCommand, buildRouteMap, numberParser } from '@stricli/core'
import type { EraseFlags } from './commands/erase.js'
import type { CertifyFlags, CheckFlags, ListFlags } from './commands/erasures.js'
import { globalFlags, sealKeysFlag, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'

const subject = {
  kind: 'parsed',
  parse: text,
  placeholder: 'id',
  brief: 'The person, by the id that the services use',
} as const

const purpose = {
  kind: 'parsed',
  parse: text,
  optional: true,
  placeholder: 'purpose',
  brief: 'Only what is kept for this purpose; else all',
} as const

/** `freehold erase` */
export const eraseCommand = buildCommand<EraseFlags, [], CliContext>({
  docs: {
    brief: 'Have a person forgotten by all services, for good',
    fullDescription:
      'Have a person forgotten by all services that keep something personal. Each is asked in a log of its own, and does it by itself while it runs: it destroys the keys, so that what its logs hold can never be read again, and erases its rows. There is no way back.\n\nExit codes: 0 done, 1 an error, 2 a service has not done it in time; it does it when it runs.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      subject,
      purpose,
      reason: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'text',
        brief: 'Is kept with the erasure, for ever: nothing about the person',
      },
      timeout: {
        kind: 'parsed',
        parse: numberParser,
        default: '60',
        placeholder: 'seconds',
        brief: 'How long to wait for the services',
      },
      certificate: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'file',
        brief: 'Write the certificate of it into this file',
      },
      scrub: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Afterwards write the tables anew, as `freehold erasures scrub` does',
      },
      yes: { kind: 'boolean', default: false, withNegated: false, brief: 'Do not ask' },
    },
    aliases: { y: 'yes' },
  },
  loader: command(async () => (await import('./commands/erase.js')).erase),
})

const list = buildCommand<ListFlags, [], CliContext>({
  docs: { brief: 'Show who was to be forgotten, and how far each service has come' },
  parameters: { flags: { ...globalFlags, subject: { ...subject, optional: true } } },
  loader: command(async () => (await import('./commands/erasures.js')).erasuresList),
})

const certify = buildCommand<CertifyFlags, [], CliContext>({
  docs: {
    brief: 'Write the certificate of an erasure',
    fullDescription:
      'Write the certificate of an erasure that is done: of each service, the proof that its sealed and signed log says so. `freehold erasures check` verifies it without a database.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      subject,
      purpose,
      to: { kind: 'parsed', parse: text, placeholder: 'file', brief: 'The file' },
    },
  },
  loader: command(async () => (await import('./commands/erasures.js')).erasuresCertify),
})

const check = buildCommand<CheckFlags, [file: string], CliContext>({
  docs: {
    brief: 'Check the certificate of an erasure, without a database',
    fullDescription:
      'Check the certificate of an erasure, without a database; and, where the configuration is there, that it is of this system, that no service is missing in it, and that each speaks by its log of erasures.\n\nExit codes: 0 it holds, 1 it does not.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      keys: sealKeysFlag,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, placeholder: 'file', brief: 'The certificate' }],
    },
  },
  loader: command(async () => (await import('./commands/erasures.js')).erasuresCheck),
})

const scrub = buildCommand<GlobalFlags, [], CliContext>({
  docs: {
    brief: 'Write the tables with something personal anew, so that no file has what was erased',
    fullDescription:
      'Write the tables with something personal anew (VACUUM FULL), so that no page of their files holds rows that are gone, and begin a new file of the write-ahead log. Each table is locked meanwhile, for about as long as copying it takes.',
  },
  parameters: { flags: globalFlags },
  loader: command(async () => (await import('./commands/erasures.js')).erasuresScrub),
})

/** `freehold erasures …` */
export const erasureRoutes = buildRouteMap({
  routes: { list, certify, check, scrub },
  docs: { brief: 'Who was forgotten: how far it is, and certificates of it' },
})
