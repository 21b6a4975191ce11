import { parseArgs } from 'node:util'
import type { Benchmark, Wishes } from './benchmark.js'
import type { Schedule } from './measure/interleaved.js'

/** What is to be run, or why nothing is: a problem, or none where the usage was asked for. */
export type Command =
  | { readonly benchmark: Benchmark; readonly wishes: Wishes; readonly isJson: boolean }
  | { readonly problem: string | undefined }

const options = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  concurrency: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Reads the command line; a mistake in it is said, not thrown. */
export function commandOf(args: readonly string[], benchmarks: Readonly<Record<string, Benchmark>>): Command {
  try {
    return read(args, benchmarks)
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** How the command is used. */
export function usage(benchmarks: Readonly<Record<string, Benchmark>>): string {
  const lines = Object.entries(benchmarks).map(([name, { summary, parts = [] }]) => {
    const some = parts.length > 0 ? ` [${parts.join('] [')}]` : ''
    return `  ${name}${some}\n      ${summary}`
  })
  return [
    'Usage: npm run bench -- <benchmark> [options]',
    '',
    ...lines,
    '',
    '  --rounds N             how often each contender is measured',
    '  --seconds N            how long each time',
    '  --concurrency 1,8,32   how many at a time, where that is what is compared',
    '  --json                 all figures, for programs',
  ].join('\n')
}

function read(args: readonly string[], benchmarks: Readonly<Record<string, Benchmark>>): Command {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  if (values.help) return { problem: undefined }
  const [name, ...parts] = positionals
  if (name === undefined) return { problem: 'Which benchmark?' }
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined
  if (benchmark === undefined) return { problem: `There is no benchmark "${name}".` }
  const unknown = parts.find((part) => !benchmark.parts?.includes(part))
  if (unknown !== undefined) return { problem: `The benchmark ${name} has no part "${unknown}".` }
  return { benchmark, wishes: { parts, schedule: scheduleOf(values) }, isJson: values.json }
}

function scheduleOf(values: { rounds?: string; seconds?: string; concurrency?: string }): Partial<Schedule> {
  const { rounds, seconds, concurrency } = values
  return {
    ...(rounds !== undefined && { rounds: positive('--rounds', rounds) }),
    ...(seconds !== undefined && { seconds: positive('--seconds', seconds) }),
    ...(concurrency !== undefined && {
      concurrencies: concurrency.split(',').map((one) => positive('--concurrency', one)),
    }),
  }
}

function positive(option: string, value: string): number {
  const number = Number(value)
  if (number > 0 && Number.isFinite(number)) return number
  throw new RangeError(`${option} is a number above 0, not "${value}".`)
}
