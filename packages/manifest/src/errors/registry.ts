import { checkingErrors } from './checking.js'
import { cliErrors } from './cli.js'
import { compatibilityErrors } from './compatibility.js'
import { embeddedErrors } from './embedded.js'
import { eventErrors } from './events.js'
import { evolvingErrors } from './evolving.js'
import { manifestErrors } from './manifest.js'
import { migrationErrors } from './migrations.js'
import { personalErrors } from './personal.js'
import { proofErrors } from './proofs.js'
import { provingErrors } from './proving.js'
import { provisioningErrors } from './provisioning.js'
import { releaseErrors } from './releases.js'
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
  'Shadows and the compatibility gate': compatibilityErrors,
  Releases: releaseErrors,
  'The check before a deploy': checkingErrors,
  'Expand and contract': evolvingErrors,
  'The command line': cliErrors,
  'The runtime of a service': runtimeErrors,
  Events: eventErrors,
  'Seals and proofs': proofErrors,
  'Personal data': personalErrors,
  'The embedded server': embeddedErrors,
  'npm start': systemErrors,
} as const satisfies Record<string, Record<string, ErrorEntry>>

/** Every coded error of Freehold. */
export const errorRegistry = {
  ...manifestErrors,
  ...provisioningErrors,
  ...provingErrors,
  ...migrationErrors,
  ...compatibilityErrors,
  ...releaseErrors,
  ...checkingErrors,
  ...evolvingErrors,
  ...cliErrors,
  ...runtimeErrors,
  ...eventErrors,
  ...proofErrors,
  ...personalErrors,
  ...embeddedErrors,
  ...systemErrors,
} as const satisfies Record<string, ErrorEntry>

/** A code of the registry: `FREEHOLD_…`. */
export type ErrorCode = keyof typeof errorRegistry
