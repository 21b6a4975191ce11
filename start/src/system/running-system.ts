import type { Ports } from '../ports/ports.js'

/** A system that serves. */
export interface RunningSystem {
  /** The public address: `http://localhost:8080`. */
  readonly url: string
  readonly ports: Ports
  /** The folder of the local state. */
  readonly state: string
  /** Whether a PostgreSQL of its own is part of it. */
  readonly embedded: boolean
  /** The database of each service, by the service's name. */
  readonly databases: Readonly<Record<string, string>>
  /** The number of each process that runs now, by its name. */
  readonly pids: () => Readonly<Record<string, number>>
  /** Fails when a process is given up (`FREEHOLD_CHILD_FAILED`); settles when the system was stopped. */
  readonly finished: Promise<void>
  /** Stops the gateway, the services and PostgreSQL, in this order. Comes back when no process is left. */
  readonly stop: () => Promise<void>
  /** Ends every process at once. */
  readonly kill: () => void
}
