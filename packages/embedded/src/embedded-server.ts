import type { PostgresBinaries } from './binaries/binaries.js'

/** What an embedded server is started with. */
export interface ServerOptions {
  /** The data directory. It is made when it does not exist; its parent is made too. */
  directory: string
  /** The port on 127.0.0.1; 0 or nothing: a free one. */
  port?: number
  /** Those from npm when absent. */
  binaries?: PostgresBinaries
  /** The superuser's; a random one when absent. Existing data gets this password too. */
  password?: string
  /** False: nothing survives a crash of the machine, and everything is faster. For tests. */
  durable?: boolean
  /** Settings of PostgreSQL, by name. */
  settings?: Readonly<Record<string, string>>
  /** Lines of `pg_hba.conf` after the administrator's own; everyone with a password when absent. */
  hba?: readonly string[]
  /** Where PostgreSQL logs to; the directory's name with `.log` when absent. */
  logFile?: string
  /** Called with a short text at the start of each step that takes time. */
  onProgress?: (what: string) => void
}

/** A running PostgreSQL, which ends with this process at the latest. */
export interface EmbeddedServer {
  /** The superuser's, to the database `postgres`. Holds the password. */
  readonly url: string
  readonly host: '127.0.0.1'
  readonly port: number
  readonly pid: number
  /** As `server_version_num`: 180004. */
  readonly version: number
  /** The real path. */
  readonly dataDirectory: string
  readonly logFile: string
  /** Settles when the server ended, for whatever reason. */
  readonly exited: Promise<void>
  /**
   * Replaces the lines of `pg_hba.conf` after the administrator's own. Comes back when they hold.
   *
   * @throws FreeholdError `FREEHOLD_EMBEDDED_BAD_OPTION` for lines that PostgreSQL does not understand;
   *   those before stay in force.
   */
  setHba(lines: readonly string[]): Promise<void>
  /** Ends the server, and comes back when no process of it is left. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
}
