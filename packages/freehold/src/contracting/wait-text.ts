import type { ContractWait } from './contract-state.js'

const longest = 300

/** What a contract step waits for, for people: in a line, or two with a statement. */
export function waitText(wait: ContractWait): string {
  switch (wait.kind) {
    case 'statement': {
      const from = wait.sentFrom === null ? '' : ` from ${wait.sentFrom}`
      return `${wait.version} ${sends[wait.use]}, last at ${wait.lastSentAt}${from}: ${oneLine(wait.text)}`
    }
    case 'version':
      return `${wait.version} ran, last seen at ${wait.lastSeenAt}; the step is not compatible with it`
    case 'unobserved':
      return wait.since === null
        ? 'nothing was observed of the service: run it with its statements recorded, or say why that is not needed'
        : `the service is observed only since ${wait.since}`
    case 'unrecorded':
      return `${wait.count} statements of ${wait.version} could not be recorded, and one of them may use it`
    case 'statistics':
      return `pg_stat_statements, since ${wait.since}, knows that the service ${sends[wait.use]}, and not when (reset it with pg_stat_statements_reset(), and wait): ${oneLine(wait.text)}`
    case 'function':
      return `the function ${wait.function} names it: replace or drop it first`
  }
}

const sends = { uses: 'sends what uses it', 'may use': 'sends what may use it' } as const

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
