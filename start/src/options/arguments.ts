import { FreeholdError } from '@freehold/manifest/errors'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Ports } from '../ports/ports.js'
import { defaultPorts, portFlags } from '../ports/ports.js'
import type { StartOptions } from './options.js'

/** What the command line asks for. */
export type Asked = Pick<StartOptions, 'config' | 'state' | 'fresh' | 'ports'> | 'help'

/**
 * Reads the command line.
 *
 * @param args - Without the program.
 * @param root - What relative paths start from.
 * @throws FreeholdError `FREEHOLD_START_USAGE` for an unknown flag or an impossible value.
 */
export function parseArguments(args: readonly string[], root: string): Asked {
  const values = flagsIn(args)
  if (values.help === true) return 'help'
  return {
    config: resolve(root, textOf(values, 'config', 'freehold.config.ts')),
    state: resolve(root, textOf(values, 'state', '.freehold')),
    fresh: values.fresh === true,
    ports: distinct({
      gateway: portOf(values, 'gateway'),
      auth: portOf(values, 'auth'),
      user: portOf(values, 'user'),
      notes: portOf(values, 'notes'),
      postgres: portOf(values, 'postgres'),
    }),
  }
}

type Flags = Readonly<Record<string, string | boolean | undefined>>

function flagsIn(args: readonly string[]): Flags {
  const text = { type: 'string' } as const
  const ports = Object.fromEntries(Object.values(portFlags).map((flag) => [flag.slice(2), text]))
  const yes = { type: 'boolean' } as const
  const options = { ...ports, config: text, state: text, fresh: yes, help: { ...yes, short: 'h' } }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values
  } catch (cause) {
    // Node's own words name the flag; what follows the first sentence is about escaping.
    const message = cause instanceof Error ? cause.message.split(/\. |\n/)[0] : String(cause)
    throw new FreeholdError('FREEHOLD_START_USAGE', { message: `${message}.`, cause })
  }
}

function textOf(values: Flags, flag: string, absent: string): string {
  const value = values[flag] ?? absent
  if (typeof value === 'string' && value.trim() !== '' && !value.includes('\0')) return value
  throw new FreeholdError('FREEHOLD_START_USAGE', { message: `--${flag} needs a path.` })
}

function portOf(values: Flags, name: keyof Ports): number {
  const value = values[portFlags[name].slice(2)]
  if (value === undefined) return defaultPorts[name]
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : -1
  if (port >= 0 && port <= 65_535) return port
  throw new FreeholdError('FREEHOLD_START_USAGE', {
    message: `${portFlags[name]} needs a port: a number from 1 to 65535, or 0 for any free one, not "${String(value)}".`,
  })
}

function distinct(ports: Ports): Ports {
  const names = Object.keys(ports) as (keyof Ports)[]
  for (const [index, name] of names.entries()) {
    const twin = names.slice(index + 1).find((other) => ports[other] !== 0 && ports[other] === ports[name])
    if (!twin) continue
    throw new FreeholdError('FREEHOLD_START_USAGE', {
      message: `${portFlags[name]} and ${portFlags[twin]} are both ${ports[name]}; every process needs a port of its own.`,
    })
  }
  return ports
}
