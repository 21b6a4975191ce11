import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { terminalOf, type HostProcess } from './terminal.js'

/**
 * Prints an error: under --json as a document on stdout, else as what happened, what to do, and the code on
 * stderr. The stack is shown only where FREEHOLD_DEBUG asks for it.
 */
export function reportError(
  host: HostProcess,
  flags: { json: boolean; color: boolean },
  thrown: unknown,
): void {
  const { json, out, errorColors: colors } = terminalOf(host, flags)
  const error = isFreeholdError(thrown) ? thrown : unexpected(thrown)
  if (json) out(JSON.stringify({ error: plain(error) }, null, 2))
  else
    host.stderr.write(
      `${colors.red('✗')} ${error.message}\n  ${colors.bold(error.fix)}\n  ${colors.dim(error.code)}\n`,
    )
  if (host.env['FREEHOLD_DEBUG']) host.stderr.write(`${stackOf(thrown)}\n`)
}

/** An error as JSON says it. */
export function plain({ code, message, fix, details }: FreeholdError): object {
  return { code, message, fix, details }
}

function unexpected(thrown: unknown): FreeholdError {
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new FreeholdError('FREEHOLD_CLI_UNEXPECTED', { message, cause: thrown })
}

// Stacks only: an error's properties can hold what must not be printed.
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const own = thrown.stack ?? thrown.message
  return thrown.cause === undefined ? own : `${own}\nCaused by: ${stackOf(thrown.cause)}`
}
