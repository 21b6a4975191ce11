/** Flags that every command has. */
export interface GlobalFlags {
  readonly config?: string
  readonly state?: string
  readonly json: boolean
  readonly color: boolean
}

/** Takes a value as it is. */
export const text = (input: string): string => input

/** Their definitions, to be spread into those of a command. */
export const globalFlags = {
  config: {
    kind: 'parsed',
    parse: text,
    optional: true,
    placeholder: 'file',
    brief: 'The configuration; else the nearest freehold.config.ts, from here upwards',
  },
  state: {
    kind: 'parsed',
    parse: text,
    optional: true,
    placeholder: 'folder',
    brief: 'Credentials and local data; else .freehold beside the configuration',
  },
  json: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'One JSON document on stdout, errors too',
  },
  color: { kind: 'boolean', default: true, brief: 'Colours on a terminal; NO_COLOR switches them off too' },
} as const

/** Who may have signed what is checked. */
export const sealKeysFlag = {
  kind: 'parsed',
  parse: text,
  optional: true,
  placeholder: 'file',
  brief: 'Public keys, a line each; else <state>/credentials/services.seal-keys',
} as const

const withValue = ['--config', '--state']
const withoutValue = ['--json', '--color', '--no-color', '--noColor']

/** Moves global flags that stand before the command behind it, where the parser looks for them. */
export function globalFlagsLast(argv: readonly string[]): string[] {
  let end = 0
  for (;;) {
    const argument = argv[end]
    if (argument === undefined) break
    if (withValue.includes(argument)) end += 2
    else if (withoutValue.includes(argument) || withValue.some((flag) => argument.startsWith(`${flag}=`)))
      end += 1
    else break
  }
  return [...argv.slice(end), ...argv.slice(0, end)]
}
