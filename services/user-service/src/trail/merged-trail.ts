import { isFreeholdError } from '@freehold/manifest/errors'
import { HttpProblem } from '@freehold/runtime/fastify'
import type { AuditEntry, AuditPage } from '@notes/audit-trail'
import { merged, type Answers } from './merge.js'
import { cursorAt, placesOf, start, trailServices, type Places, type TrailService } from './place.js'
import type { Asker, TrailSource } from './sources.js'

/** A page of entries of all services. */
export interface TrailPage {
  readonly items: readonly AuditEntry[]
  readonly nextCursor: string | null
  /** The services that did not answer, and whose entries are not among these. */
  readonly incomplete: readonly TrailService[]
}

/** What is asked for. */
export interface TrailQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly areProven: boolean
}

/**
 * Merges what services say that a person did, or that was done to what is theirs.
 *
 * @param sources - Of each service, where its entries are.
 * @param onMissing - Hears of a service that did not answer.
 * @throws HttpProblem 400 for a cursor that is none, 401 when a service does not accept the token, 503 when all that could
 *   be shown is of services that do not answer.
 */
export async function trailPage(
  sources: readonly TrailSource[],
  asker: Asker,
  { cursor, limit, areProven }: TrailQuery,
  onMissing: (service: TrailService, error: unknown) => void,
): Promise<TrailPage> {
  const places = cursor === undefined ? start : placesOf(cursor)
  const answers: Record<TrailService, AuditPage | undefined> = {
    auth: undefined,
    user: undefined,
    notes: undefined,
  }
  await Promise.all(
    sources.map(async (source) => {
      answers[source.service] = await answerOf(source, asker, places, { limit, areProven }, onMissing)
    }),
  )
  const { items, next } = merged(places, answers, limit)
  const incomplete = missingIn(answers)
  if (items.length === 0 && incomplete.length > 0) throw nothingToShow(incomplete)
  return { items, nextCursor: next === undefined ? null : cursorAt(next), incomplete }
}

async function answerOf(
  source: TrailSource,
  asker: Asker,
  places: Places,
  { limit, areProven }: { limit: number; areProven: boolean },
  onMissing: (service: TrailService, error: unknown) => void,
): Promise<AuditPage | undefined> {
  const { service } = source
  const before = places[service]
  if (before === 0) return { items: [], nextCursor: null }
  try {
    return await source.page(asker, { before, limit, areProven })
  } catch (error) {
    const isMissing =
      isFreeholdError(error, 'FREEHOLD_PEER_UNAVAILABLE') ||
      isFreeholdError(error, 'FREEHOLD_PEER_UNREADABLE')
    if (!isMissing) throw error
    onMissing(service, error)
    return undefined
  }
}

function missingIn(answers: Answers): TrailService[] {
  return trailServices.filter((service) => answers[service] === undefined)
}

/** An empty page with a cursor that leads to itself would be asked for again and again. */
function nothingToShow(incomplete: readonly TrailService[]): HttpProblem {
  return new HttpProblem(503, {
    slug: 'trail-unavailable',
    title: 'The rest of the trail cannot be read now',
    detail: `What is left is of services that do not answer: ${incomplete.join(', ')}. Try again shortly.`,
    extensions: { incomplete },
    headers: { 'retry-after': '2' },
  })
}
