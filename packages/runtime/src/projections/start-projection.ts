import { isFreeholdError } from '@freehold/manifest/errors'
import { Builds } from './builds.js'
import { feedsOf } from './feeds.js'
import { beginRebuild, discardBuild, rollbackProjection, swapProjection } from './operations.js'
import type {
  Projection,
  ProjectionOptions,
  ProjectionReport,
  ProjectionState,
  RebuildProgress,
} from './options.js'
import { aligned, verified, type Aligned, type Verifying } from './verify.js'

/**
 * Begins to keep a projection: a read model that follows from the events of other services. Its live build is a
 * consumer of those events; a rebuild is another one, with a table beside the live one's and cursors of its own, that
 * runs the same handlers. Any process may begin, verify, swap, roll back and discard; all of them notice.
 *
 * @param options - The table, and what the events do to it.
 * @throws FreeholdError `FREEHOLD_PROJECTION_INVALID` when the options do not fit the manifest,
 *   `FREEHOLD_CONSUMER_INVALID` later, by way of `onError`, when a number is out of its range.
 */
export function startProjection(options: ProjectionOptions): Projection {
  const { db, table } = options
  const { feeds, stalenessMs } = feedsOf(options)
  const builds = new Builds(options, feeds)
  const verifying: Verifying = { options, feeds, targetOf: (build) => builds.targetOf(build) }
  const hold = new Hold()
  builds.start()

  const changed = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    await builds.look()
    return result
  }
  return {
    state: () => stateOf(builds, stalenessMs),
    report: () => reportOf(stateOf(builds, stalenessMs)),
    rebuild: () => changed(beginRebuild(db, table)),
    async verify(given = {}) {
      await hold.end()
      const { verification, aligned: both } = await verified(verifying, given)
      if ((given.holdMs ?? 0) > 0) hold.begin(both, given.holdMs ?? 0, options.onError)
      return verification
    },
    async swap({ digest }) {
      try {
        await changed(swapAligned(verifying, digest))
      } finally {
        await hold.end()
      }
    },
    rollback: () => changed(rollbackProjection(db, table)),
    discard: () => changed(discardBuild(db, table)),
    async stop() {
      await hold
        .end()
        .catch((error: unknown) => options.onError?.(error, { event: undefined, isParked: false }))
      await builds.stop()
    },
  }
}

/** Where both stand at one position already, they are exchanged; otherwise they are brought there first. */
async function swapAligned(verifying: Verifying, digest: string): Promise<void> {
  const { db, table } = verifying.options
  try {
    await swapProjection(db, table, { digest })
    return
  } catch (error) {
    if (!isFreeholdError(error, 'FREEHOLD_PROJECTION_BEHIND')) throw error
  }
  const both = await aligned(verifying, {})
  try {
    await swapProjection(db, table, { digest })
  } finally {
    await both.release()
  }
}

/** Builds that are held at their position, until somebody swaps or it has been long enough. */
class Hold {
  #both: Aligned | undefined
  #timer: NodeJS.Timeout | undefined

  begin(both: Aligned, ms: number, onError: ProjectionOptions['onError']): void {
    this.#both = both
    this.#timer = setTimeout(() => {
      this.end().catch((error: unknown) => onError?.(error, { event: undefined, isParked: false }))
    }, ms)
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer)
    const both = this.#both
    this.#both = undefined
    await both?.release()
  }
}

function stateOf(builds: Builds, limitMs: number): ProjectionState {
  const live = builds.at('live')
  const consumers = builds.consumersOf(live)
  const retired = builds.at('retired')
  const ms = consumers?.ageMs()
  return {
    live: live && { build: live.build, sources: consumers?.states() ?? {} },
    rebuild: rebuildOf(builds),
    retired: retired && { build: retired.build },
    staleness: { ms, limitMs, isStale: ms !== undefined && ms > limitMs },
  }
}

function reportOf({ live, staleness }: ProjectionState): ProjectionReport {
  const { ms, limitMs, isStale } = staleness
  const parked = Object.values(live?.sources ?? {}).reduce((sum, source) => sum + source.parked, 0)
  return { stalenessMs: ms, limitMs, isStale, parked }
}

function rebuildOf(builds: Builds): ProjectionState['rebuild'] {
  const build = builds.at('building')
  if (build === undefined) return undefined
  const consumers = builds.consumersOf(build)
  const sources = Object.entries(consumers?.states() ?? {}).map(([source, state]) => {
    const position = Math.max(state.position ?? 0, build.positions[source] ?? 0)
    return [source, progress(position, state.head, builds.pace.of(source))] as const
  })
  return {
    build: build.build,
    sources: Object.fromEntries(sources),
    problem: consumers?.problem ?? build.problem,
  }
}

function progress(position: number, head: number, eventsPerSecond: number): RebuildProgress {
  const left = Math.max(0, head - position)
  const etaMs = left === 0 ? 0 : eventsPerSecond > 0 ? (left * 1_000) / eventsPerSecond : undefined
  return { position, head, eventsPerSecond, etaMs }
}
