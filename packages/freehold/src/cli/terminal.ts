import pico from 'picocolors'

/** Functions that colour a text, or leave it as it is. */
export type Colors = ReturnType<typeof pico.createColors>

/** The part of a process that the command line needs. A test may hand in another. */
export interface HostProcess {
  readonly stdin: { readonly isTTY?: boolean }
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  cwd(): string
}

/** Where a command writes, and how. */
export interface Terminal {
  /** One JSON document on stdout, and nothing else. */
  readonly json: boolean
  /** Somebody can be asked. */
  readonly interactive: boolean
  /** Colours for what goes to stdout; without effect where there should be none. */
  readonly colors: Colors
  /** Colours for what goes to stderr. */
  readonly errorColors: Colors
  /** Writes the result. */
  readonly out: (text: string) => void
  /** Tells what is going on, on stderr; nothing under --json. */
  readonly progress: (text: string) => void
  /** Shows a text in the place of the one before it, on a terminal; the empty text clears the place. */
  readonly status: (text: string) => void
}

/** The terminal of a process, under the flags of a command. */
export function terminalOf(host: HostProcess, flags: { json: boolean; color: boolean }): Terminal {
  const { stdin, stdout, stderr, env } = host
  const colorful = ({ isTTY = false }: { isTTY?: boolean }): boolean => {
    if (!flags.color || env['NO_COLOR'] || env['TERM'] === 'dumb') return false
    return isTTY || Boolean(env['FORCE_COLOR'])
  }
  return {
    json: flags.json,
    interactive: !flags.json && stdin.isTTY === true && stdout.isTTY === true,
    colors: pico.createColors(colorful(stdout)),
    errorColors: pico.createColors(colorful(stderr)),
    out: (text) => void stdout.write(`${text}\n`),
    progress: (text) => (flags.json ? undefined : void stderr.write(`${text}\n`)),
    status: (text) => (flags.json || !stderr.isTTY ? undefined : void stderr.write(`\r${text}\u001B[K`)),
  }
}
