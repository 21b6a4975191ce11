import { FreeholdError } from '@freehold/manifest/errors'
import type { Plan } from '../provisioning/plan.js'
import { relationOf, type Survey } from './survey.js'

const parts = ['role ', 'database ', 'schema ', 'table ', 'tables ', 'credentials ']

/**
 * Sees that what would be attacked is there. What is there and differs is a failure of the proof; what is not there
 * cannot be proven at all.
 *
 * @throws FreeholdError `FREEHOLD_PROVE_NOT_PROVISIONED` with all that is missing.
 */
export function requireProvisioned({ system, changes }: Plan): void {
  const missing = changes.filter(
    ({ action, object }) => action === 'create' && parts.some((part) => object.startsWith(part)),
  )
  if (missing.length > 0)
    throw notProvisioned(
      system,
      missing.map(({ object }) => object),
      'See `freehold plan`, run `freehold apply` and `freehold migrate up`, and prove it then.',
    )
}

/** Sees that the tables of the manifest are there. @throws FreeholdError `FREEHOLD_PROVE_NOT_PROVISIONED`. */
export function requireMigrated(system: string, surveys: readonly Survey[]): void {
  const missing = surveys.flatMap((survey) =>
    survey.services.flatMap(({ schema, owns }) =>
      Object.keys(owns)
        .filter((name) => relationOf(survey, schema, name) === undefined)
        .map((name) => `table ${schema}.${name}`),
    ),
  )
  if (missing.length > 0)
    throw notProvisioned(
      system,
      missing,
      'Run `freehold migrate up`, or take the tables out of the ownership.ts.',
    )
}

function notProvisioned(system: string, missing: readonly string[], fix: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PROVE_NOT_PROVISIONED', {
    message: `The servers are not what the manifest of ${system} says, so nothing was proven. Missing: ${missing.join(', ')}.`,
    fix,
    details: { missing },
  })
}
