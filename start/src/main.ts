import { isFreeholdError } from '@freehold/manifest/errors'
import { resolve } from 'node:path'
import { runUntilAsked } from './display/run-until-asked.js'
import { parseArguments } from './options/arguments.js'
import { usage } from './options/usage.js'

const root = resolve(import.meta.dirname, '..', '..')

// When nobody reads any more (a closed terminal, a pipe to head), there is still everything to stop.
process.stdout.on('error', () => undefined)

async function main(): Promise<number> {
  const asked = parseArguments(process.argv.slice(2), root)
  if (asked === 'help') {
    process.stdout.write(usage)
    return 0
  }
  return runUntilAsked({ ...asked, root, env: process.env })
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const wrongUsage = isFreeholdError(error, 'FREEHOLD_START_USAGE')
    process.stderr.write(`${describe(error)}\n`)
    process.exit(wrongUsage ? 2 : 1)
  },
)

/** What went wrong and what to do; a stack only for what nobody foresaw. */
function describe(error: unknown): string {
  if (isFreeholdError(error)) return `${error.code}: ${error.message}\n${error.fix}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
