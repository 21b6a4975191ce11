import { FreeholdError } from '@freehold/manifest/errors'
import { run, type StricliProcess } from '@stricli/core'
import { application } from './application.js'
import { globalFlagsLast } from './flags.js'
import { withHelpFor } from './help-for.js'
import type { CliContext } from './invocation.js'
import { reportError } from './report-error.js'
import type { HostProcess } from './terminal.js'

/**
 * Runs the command line.
 *
 * @param argv - Without the interpreter and the script.
 * @returns The exit code.
 */
export async function runCli(argv: readonly string[], host: HostProcess): Promise<number> {
  const flags = { json: argv.includes('--json'), color: !argv.includes('--no-color') }
  const complaints: string[] = []
  let thrown: { readonly error: unknown } | undefined
  const app = application((error) => {
    thrown = { error }
    return ''
  })
  // The parser's own complaints are kept, to be printed like every other error.
  const process: StricliProcess = {
    stdout: host.stdout,
    stderr: { write: (text: string) => void complaints.push(text) },
  }
  const context: CliContext & { process: StricliProcess } = { process, host, exitCode: 0 }
  const words = globalFlagsLast(argv)
  await run(app, words, context)
  if (thrown) {
    reportError(host, flags, withHelpFor(app, words, thrown.error))
    return 1
  }
  if (process.exitCode === 0) return context.exitCode
  const complaint = new FreeholdError('FREEHOLD_CLI_USAGE', { message: complaints.join('').trim() })
  reportError(host, flags, withHelpFor(app, words, complaint))
  return 1
}
