import type { Application } from '@stricli/core'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import type { CliContext } from './invocation.js'

/** A usage error that points to the help of the command that was called, as far as one was found; others as they are. */
export function withHelpFor(app: Application<CliContext>, argv: readonly string[], error: unknown): unknown {
  if (!isFreeholdError(error) || error.code !== 'FREEHOLD_CLI_USAGE') return error
  const { message, details, cause } = error
  const fix = `See \`freehold ${[...commandIn(app, argv), '--help'].join(' ')}\`.`
  return new FreeholdError('FREEHOLD_CLI_USAGE', { message, fix, details, cause })
}

function commandIn({ root }: Application<CliContext>, argv: readonly string[]): string[] {
  const words: string[] = []
  let target: ReturnType<typeof next> = root
  for (const word of argv) {
    target = next(target, word)
    if (target === undefined) break
    words.push(word)
  }
  return words
}

type Target = Application<CliContext>['root']

function next(target: Target | undefined, word: string): Target | undefined {
  return target !== undefined && 'getRoutingTargetForInput' in target
    ? target.getRoutingTargetForInput(word)
    : undefined
}
