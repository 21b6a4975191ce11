/** What a process that runs a service notes of its statements, and where it tells. */
export interface Recording {
  /** The service's name in the manifest. */
  readonly service: string
  /** The version that runs: semantic versioning, as in the `version` of its package.json. */
  readonly version: string
  /** A folder for a `*.statements.json` of each process, beside the database. It is made when it is not there. */
  readonly folder?: string | undefined
  /** The folder from which places in code are named; the current one when absent. */
  readonly root?: string | undefined
  /** How often what is new is told, in milliseconds; 10,000 when absent. Nothing new is told each minute. */
  readonly everyMs?: number | undefined
  /** Hears why something could not be told. It is tried again; the service goes on in any case. */
  readonly onError?: ((error: unknown) => void) | undefined
}
