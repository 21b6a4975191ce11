import type { LiveSources } from '../releases/live-statements.js'
import type { Workspace } from './invocation.js'

/** Which servers that run are asked for statements as well. */
export interface LiveFlags {
  readonly fromDatabase: boolean
  readonly fromStatistics: boolean
}

/** {@link LiveFlags} as flags of a command. */
export const liveFlags = {
  fromDatabase: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Also the statements that running services noted in their databases',
  },
  fromStatistics: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief:
      'Also the statements that pg_stat_statements of the servers has of the services, of whatever version they are',
  },
} as const

/** What the flags ask for; undefined where that is nothing, so that no server need be known. */
export async function liveSources(
  { fromDatabase, fromStatistics }: LiveFlags,
  workspace: Workspace,
): Promise<LiveSources | undefined> {
  if (!fromDatabase && !fromStatistics) return undefined
  const { servers } = await workspace.provisioning()
  return { urlFor: (service) => servers.urlFor(service), noted: fromDatabase, statistics: fromStatistics }
}
