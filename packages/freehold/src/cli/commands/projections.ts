import { serviceNamed, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { setTimeout as sleep } from 'node:timers/promises'
import { projectionOperations, type ProjectionOperations } from '../../projections/index.js'
import { withServiceSession } from '../../sessions/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { comparisonText, projectionsText, type ListedProjection } from '../views/projections.js'

const swapTries = 20
const swapPauseMs = 250

/** `freehold projections list` */
export async function projectionsList(
  invocation: Invocation<GlobalFlags>,
  ...services: readonly string[]
): Promise<Answer> {
  const { system } = await invocation.workspace()
  const wanted = services.length === 0 ? system.services : services.map((name) => serviceNamed(system, name))
  const listed: ListedProjection[] = []
  for (const service of wanted) {
    for (const [projection, stalenessMs] of projectionsOf(service)) {
      const builds = await operating(invocation, service.name, projection, (operations) =>
        operations.builds(),
      )
      listed.push({ service: service.name, projection, stalenessMs, builds })
    }
  }
  return { json: { projections: listed }, text: projectionsText(listed, invocation.terminal.colors) }
}

/** `freehold projections rebuild` */
export async function projectionsRebuild(
  invocation: Invocation<GlobalFlags>,
  service: string,
  projection: string,
): Promise<Answer> {
  const build = await operating(invocation, service, projection, (operations) => operations.rebuild())
  return { json: { build }, text: `Build ${build} is under way, as soon as the service looks.` }
}

/** `freehold projections verify` */
export async function projectionsVerify(
  invocation: Invocation<GlobalFlags>,
  service: string,
  projection: string,
): Promise<Answer> {
  const compared = await operating(invocation, service, projection, (operations) => operations.compare())
  const isSame = compared.isSame && compared.isAligned
  return {
    json: compared,
    text: comparisonText(compared, { service, projection }, invocation.terminal.colors),
    exitCode: isSame ? 0 : 2,
  }
}

/** `freehold projections swap` */
export async function projectionsSwap(
  invocation: Invocation<GlobalFlags & { readonly digest: string }>,
  service: string,
  projection: string,
): Promise<Answer> {
  const { digest } = invocation.flags
  await operating(invocation, service, projection, (operations) => swapSoon(operations, digest))
  return {
    json: { digest },
    text: 'The rebuild is served. `freehold projections rollback` brings back what was before.',
  }
}

/** `freehold projections rollback` */
export async function projectionsRollback(
  invocation: Invocation<GlobalFlags>,
  service: string,
  projection: string,
): Promise<Answer> {
  await operating(invocation, service, projection, (operations) => operations.rollback())
  return { json: {}, text: 'The build before is served again, and catches up from where it was left.' }
}

/** `freehold projections discard` */
export async function projectionsDiscard(
  invocation: Invocation<GlobalFlags>,
  service: string,
  projection: string,
): Promise<Answer> {
  const build = await operating(invocation, service, projection, (operations) => operations.discard())
  return {
    json: { build: build ?? null },
    text: build === undefined ? 'There is no build beside the live one.' : `Build ${build} is gone.`,
  }
}

/** Two builds that follow the same events are at one position again and again. */
async function swapSoon(operations: ProjectionOperations, digest: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await operations.swap(digest)
      return
    } catch (error) {
      const isBehind = error instanceof FreeholdError && error.code === 'FREEHOLD_PROJECTION_BEHIND'
      if (!isBehind || tries === swapTries) throw error
      await sleep(swapPauseMs)
    }
  }
}

async function operating<Result>(
  { workspace }: Invocation<GlobalFlags>,
  service: string,
  projection: string,
  work: (operations: ProjectionOperations) => Promise<Result>,
): Promise<Result> {
  const { system, credentials } = await (await workspace()).migrations()
  const names = [...projectionsOf(serviceNamed(system, service)).keys()]
  if (!names.includes(projection)) {
    throw new FreeholdError('FREEHOLD_PROJECTION_NOT_FOUND', {
      message: `"${projection}" is no projection of "${service}".`,
      fix: names.length === 0 ? 'Declare one in its ownership.ts.' : `Use one of: ${names.join(', ')}.`,
      details: { service, projection, names },
    })
  }
  const options = { system, credentials, service, applicationName: 'freehold projections' }
  return withServiceSession(options, (client) => work(projectionOperations(client, service, projection)))
}

/** The projections of a service, with how old they may be in milliseconds. */
function projectionsOf({ owns }: Service): Map<string, number> {
  const found = Object.entries(owns).flatMap(([name, table]) =>
    table.mutability === 'mutable' && table.projection ? [[name, table.projection.stalenessMs] as const] : [],
  )
  return new Map(found)
}
