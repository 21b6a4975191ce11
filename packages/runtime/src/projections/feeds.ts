import type { EventContract, MutableTable, Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { applied, heardBy } from '../consumers/effect.js'
import type { Apply } from '../consumers/index.js'
import { keysOfLiving } from '../erasing/living.js'
import { openerOf, type Opener } from '../events/index.js'
import { requireTable } from '../statements/require-table.js'
import type { ProjectionFeed, ProjectionOptions } from './options.js'

/** The events of one service, as a consumer takes them. */
export interface Feed {
  readonly source: string
  readonly types: readonly string[]
  readonly contracts: readonly EventContract[]
  readonly apply: Apply
  /** Absent where nothing is to be opened. */
  readonly open: Opener | undefined
  readonly given: ProjectionFeed
}

/**
 * The feeds of a projection, which are all that the manifest names, and no others.
 *
 * @throws FreeholdError `FREEHOLD_PROJECTION_INVALID`, `FREEHOLD_MANIFEST_UNKNOWN_TABLE`.
 */
export function feedsOf({ service, table, sources, db }: ProjectionOptions): {
  feeds: Feed[]
  stalenessMs: number
} {
  const { of, stalenessMs } = declared(service, table)
  const feeds = Object.entries(sources).map(([source, given]): Feed => {
    const heard = heardBy(given)
    return {
      source,
      ...heard,
      apply: applied(given, given.lift),
      open: openerOf(heard.contracts, given.keys && keysOfLiving(service, db, given.keys)),
      given,
    }
  })
  const problems = [
    ...Object.keys(of)
      .filter((source) => !Object.hasOwn(sources, source))
      .map((source) => `nothing is done with the events of "${source}"`),
    ...feeds.flatMap(({ source, types }) => {
      const known = Object.hasOwn(of, source) ? (of[source] ?? []) : []
      return [
        ...types
          .filter((type) => !known.includes(type))
          .map((type) => `it is not made of ${type} of "${source}"`),
        ...known.filter((type) => !types.includes(type)).map((type) => `nothing is done with ${type}`),
      ]
    }),
  ]
  if (problems.length === 0) return { feeds, stalenessMs }
  throw new FreeholdError('FREEHOLD_PROJECTION_INVALID', {
    message: `The projection "${service.name}.${table}" cannot start: ${problems.join('; ')}.`,
    details: { service: service.name, table, problems },
  })
}

function declared(service: Service, table: string): Required<MutableTable>['projection'] {
  const { projection } = requireTable(service, table, 'mutable')
  if (projection) return projection
  throw new FreeholdError('FREEHOLD_PROJECTION_INVALID', {
    message: `"${service.name}.${table}" is not declared as a projection.`,
    details: { service: service.name, table },
  })
}
