import { join } from 'node:path'

/** A set of PostgreSQL's programs. */
export interface PostgresBinaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly tree: string
  /** The folder of the programs. */
  readonly directory: string
  /** 15, 16, 17, 18 … */
  readonly major: number
  /** Names this very build; part of the name of a copy. */
  readonly build: string
  /** Whether the tree works from any other place, so that it may be copied. */
  readonly relocatable: boolean
}

/** The path of one of the programs. */
export function program(binaries: PostgresBinaries, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(binaries.directory, process.platform === 'win32' ? `${name}.exe` : name)
}
