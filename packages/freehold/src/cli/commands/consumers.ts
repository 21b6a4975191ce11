import { userInfo } from 'node:os'
import { eventsLogOf, serviceNamed } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import {
  consumerCursors,
  publishedLog,
  type ConsumerCursor,
  type PublishedLog,
} from '../../consumers/index.js'
import { withServiceSession, type ServiceSession } from '../../sessions/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { consumersText, movedText, type ListedConsumer, type Standing } from '../views/consumers.js'

/** The flags of `freehold consumers move`. */
export type MoveFlags = GlobalFlags & {
  readonly to: string
  readonly source?: string
  readonly who?: string
  readonly why?: string
}

/** `freehold consumers list` */
export async function consumersList(
  invocation: Invocation<GlobalFlags>,
  ...names: readonly string[]
): Promise<Answer> {
  const { system } = await invocation.workspace()
  const services = names.length === 0 ? system.services.map(({ name }) => name) : names
  const consumers: ListedConsumer[] = []
  for (const service of services) {
    const found = await inDatabase(invocation, service, (session) => consumerCursors(session, service).list())
    for (const cursor of found)
      consumers.push({ service, ...cursor, ...(await standing(invocation, cursor)) })
  }
  return { json: { consumers }, text: consumersText(consumers, invocation.terminal.colors) }
}

/** `freehold consumers move` */
export async function consumersMove(
  invocation: Invocation<MoveFlags>,
  service: string,
  consumer: string,
): Promise<Answer> {
  const { to, source: wanted, who = userInfo().username, why = '' } = invocation.flags
  const place = placeIn(to)
  const which = { consumer, source: wanted }
  const { source } = await inDatabase(invocation, service, (session) =>
    consumerCursors(session, service).find(which),
  )
  const cursor = await inLog(invocation, source, (log) => log.cursorAt(place))
  const moved = await inDatabase(invocation, service, (session) =>
    consumerCursors(session, service).move({ consumer, source }, cursor, { who, why }),
  )
  return { json: moved, text: movedText(service, moved) }
}

/** How a consumer stands with its publisher, which may be away while one looks. */
async function standing(
  invocation: Invocation<GlobalFlags>,
  { source, position, segments }: ConsumerCursor,
): Promise<Standing> {
  try {
    return await inLog(invocation, source, async (log) => {
      const head = await log.head()
      const isOfThisLife = position <= head && (await log.knows(segments))
      return { head, lag: Math.max(0, head - position), isOfThisLife, problem: null }
    })
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return { head: null, lag: null, isOfThisLife: null, problem: error.message }
  }
}

async function inLog<Result>(
  invocation: Invocation<GlobalFlags>,
  source: string,
  work: (log: PublishedLog) => Promise<Result>,
): Promise<Result> {
  const { system } = await invocation.workspace()
  const log = eventsLogOf(serviceNamed(system, source))
  if (log === undefined) {
    throw new FreeholdError('FREEHOLD_EVENT_LOG_MISSING', {
      message: `The service "${source}" has no log of events.`,
      details: { service: source },
    })
  }
  return inDatabase(invocation, source, (session) => work(publishedLog(session, source, log)))
}

async function inDatabase<Result>(
  { workspace }: Invocation<GlobalFlags>,
  service: string,
  work: (session: ServiceSession) => Promise<Result>,
): Promise<Result> {
  const { system, credentials } = await (await workspace()).migrations()
  return withServiceSession({ system, credentials, service, applicationName: 'freehold consumers' }, work)
}

function placeIn(text: string): number | 'start' | 'end' {
  if (text === 'start' || text === 'end') return text
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new FreeholdError('FREEHOLD_CLI_USAGE', {
    message: `--to takes a position, "start" or "end", not "${text}".`,
  })
}
