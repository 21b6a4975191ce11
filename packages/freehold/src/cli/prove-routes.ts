import { buildCommand } from '@stricli/core'
import { chapters } from '../proving/finding.js'
import type { ProveFlags } from './commands/prove.js'
import { globalFlags, text } from './flags.js'
import { command, type CliContext } from './invocation.js'

/** `freehold prove` */
export const proveCommand = buildCommand<ProveFlags, [], CliContext>({
  docs: {
    brief: 'Attack the system as each of its roles, and say what held',
    fullDescription:
      'Attack the running system as each role of each service, look at its catalogs, its migrations and the statements that were sent, and say what held. Harmless: every attack is taken back, waits for no lock longer than a tenth of a second, and leaves a row in freehold.proof and nothing else.\n\nWith --self-test it boots a server of its own, weakens a system there in every known way, one at a time, and prints the mutation score; it touches no other server.\n\nExit codes: 0 everything held, 1 something failed, or an error, 2 nothing failed and something that is not optional could not be looked at. With --self-test: 0 every weakening was caught, 1 one was not.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      service: {
        kind: 'parsed',
        parse: text,
        variadic: true,
        optional: true,
        placeholder: 'name',
        brief: 'Only as this service, against all others; may be repeated',
      },
      chapter: {
        kind: 'enum',
        values: chapters,
        variadic: true,
        optional: true,
        brief: 'Only this part; may be repeated',
      },
      who: { kind: 'parsed', parse: text, optional: true, placeholder: 'name', brief: 'Who asks; else you' },
      selfTest: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Weaken a throwaway system in every known way, and count how many the proof catches',
      },
      verbose: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Every attack, and not the failures alone',
      },
    },
  },
  loader: command(async () => (await import('./commands/prove.js')).prove),
})
