import { setTimeout as delay } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import { Alignment, behind } from './alignment.js'
import type { Target } from './build-apply.js'
import { consumerOf, projectionBuilds, type Build } from './build.js'
import type { Feed } from './feeds.js'
import { noteVerified } from './notes.js'
import type { ProjectionOptions } from './options.js'
import { refused } from './refused.js'
import { differencesOf, digestOf, parkedOf, type Verification, type VerifyOptions } from './verification.js'

/** What verifying needs. */
export interface Verifying {
  readonly options: ProjectionOptions
  readonly feeds: readonly Feed[]
  readonly targetOf: (build: Build) => Target | undefined
}

/** Both builds at one position, until they are let go. */
export interface Aligned {
  readonly live: Target
  readonly rebuild: Target
  readonly positions: Readonly<Record<string, number>>
  release(): Promise<void>
}

/** How often it is looked whether the rebuild has caught up, in milliseconds. */
const lookMs = 200

/** Waits until the rebuild has nearly caught up, and brings both builds to one position. */
export async function aligned(
  verifying: Verifying,
  { holdMs = 0, withinMs = 60_000 }: VerifyOptions,
): Promise<Aligned> {
  const deadline = performance.now() + withinMs
  const { live, rebuild } = await nearlyThere(verifying, deadline)
  const alignment = new Alignment(verifying.options, verifying.feeds, [live, rebuild], holdMs)
  try {
    const positions = await alignment.align(deadline)
    return { live, rebuild, positions, release: () => alignment.release() }
  } catch (error) {
    await alignment.release()
    throw error
  }
}

/**
 * Compares both builds in one snapshot.
 *
 * @returns What was found, and what lets the builds go on that are held.
 */
export async function verified(
  verifying: Verifying,
  options: VerifyOptions,
): Promise<{ verification: Verification; aligned: Aligned }> {
  const { db, table, service } = verifying.options
  const both = await aligned(verifying, options)
  const { live, rebuild, positions } = both
  try {
    const verification = await db.transaction(
      async (tx): Promise<Verification> => {
        // The first statement takes the snapshot: from then on, the builds may go on.
        const parked = {
          live: await parkedOf(tx, service.name, consumerOf(table, live.build)),
          rebuild: await parkedOf(tx, service.name, consumerOf(table, rebuild.build)),
        }
        await requireStill(tx, verifying, both)
        if ((options.holdMs ?? 0) === 0) await both.release()
        const ofLive = await digestOf(tx, table, 'live')
        const ofRebuild = await digestOf(tx, table, 'building')
        const isSame = ofLive.digest === ofRebuild.digest
        const differences = isSame ? [] : await differencesOf(tx, table)
        return { build: rebuild.build, positions, ...ofRebuild, live: ofLive, isSame, differences, parked }
      },
      { isolation: 'repeatable read' },
    )
    await noteVerified(db, rebuild, verification)
    return { verification, aligned: both }
  } catch (error) {
    await both.release()
    throw refused(error, table)
  }
}

/** In the snapshot, all lanes of both stand where they were brought to. */
async function requireStill(
  tx: Parameters<typeof projectionBuilds>[0],
  { options }: Verifying,
  { live, rebuild, positions }: Aligned,
): Promise<void> {
  const builds = await projectionBuilds(tx, { service: options.service.name, table: options.table })
  for (const { build, place } of [live, rebuild]) {
    const now = builds.find((each) => each.build === build && each.place === place)
    for (const [source, position] of Object.entries(positions)) {
      if (now?.positions[source] !== position) throw behind(options.table, source)
    }
  }
}

async function nearlyThere(
  { options, targetOf }: Verifying,
  deadline: number,
): Promise<{ live: Target; rebuild: Target }> {
  const { db, service, table, sources, batch = 1_000 } = options
  for (;;) {
    const builds = await projectionBuilds(db, { service: service.name, table })
    const live = builds.find(({ place }) => place === 'live')
    const rebuild = builds.find(({ place }) => place === 'building')
    const targets = { live: live && targetOf(live), rebuild: rebuild && targetOf(rebuild) }
    if (live === undefined || rebuild === undefined || !targets.live || !targets.rebuild) throw missing(table)
    const late = Object.keys(sources).find((source) => {
      const [goal, come] = [live.positions[source], rebuild.positions[source]]
      return goal === undefined || come === undefined || goal - come > batch
    })
    if (late === undefined) return { live: targets.live, rebuild: targets.rebuild }
    if (performance.now() > deadline) throw behind(table, late)
    await delay(lookMs)
  }
}

function missing(table: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PROJECTION_NOT_FOUND', {
    message: `The projection "${table}" is not being rebuilt.`,
    details: { table },
  })
}
