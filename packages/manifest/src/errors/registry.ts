import { cliErrors } from './cli.js'
import { embeddedErrors } from './embedded.js'
import { eventErrors } from './events.js'
import { manifestErrors } from './manifest.js'
import { migrationErrors } from './migrations.js'
import { proofErrors } from './proofs.js'
import { provingErrors } from './proving.js'
import { provisioningErrors } from './provisioning.js'
import { runtimeErrors } from './runtime.js'
import { systemErrors } from './system.js'

/** What the registry knows of a code, whoever raises it. */
export interface ErrorEntry {
  /** What it means, in one sentence. */
  readonly meaning: string
  /** What to do, where the place that raises it has nothing more exact to say. */
  readonly fix: string
}

/** The codes by the part that raises them. A code is in one area only. */
export const errorAreas = {
  'The manifest': manifestErrors,
  'Plan, apply, status, credentials': provisioningErrors,
  'The proof': provingErrors,
  Migrations: migrationErrors,
  'The command line': cliErrors,
  'The runtime of a service': runtimeErrors,
  Events: eventErrors,
  'Seals and proofs': proofErrors,
  'The embedded server': embeddedErrors,
  'npm start': systemErrors,
} as const satisfies Record<string, Record<string, ErrorEntry>>

/** Every coded error of Freehold. */
export const errorRegistry = {
  ...manifestErrors,
  ...provisioningErrors,
  ...provingErrors,
  ...migrationErrors,
  ...cliErrors,
  ...runtimeErrors,
  ...eventErrors,
  ...proofErrors,
  ...embeddedErrors,
  ...systemErrors,
} as const satisfies Record<string, ErrorEntry>

/** A code of the registry: `FREEHOLD_…`. */
export type ErrorCode = keyof typeof errorRegistry
