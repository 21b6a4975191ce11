import { serviceNamed } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import {
  eventsAfter,
  followedEvents,
  lastEvents,
  eventReader,
  type EventFilter,
  type EventReader,
} from '../../events/index.js'
import { withServiceSession } from '../../sessions/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { positionIn } from '../position.js'
import { countText, eventLine, eventText } from '../views/events.js'

/** The flags of `freehold events tail`, and most of those of `list`. */
export type EventFlags = GlobalFlags & EventFilter & { readonly after?: number }

/** `freehold events list` */
export async function eventsList(
  invocation: Invocation<EventFlags & { readonly limit: number }>,
  service: string,
): Promise<Answer> {
  const { after, limit, ...filter } = invocation.flags
  requireWhole('--limit', limit, 1)
  if (after !== undefined) requireWhole('--after', after, 0)
  const events = await reading(invocation, service, (reader) =>
    after === undefined ? lastEvents(reader, limit, filter) : eventsAfter(reader, after, limit, filter),
  )
  if (events.length === 0) await hintAtType(invocation, service)
  const text = events.map((event) => eventLine(event, invocation.terminal.colors)).join('\n')
  return { json: { events }, text: text || 'No events.' }
}

/** `freehold events tail`. Ends when it is told to. */
export async function eventsTail(invocation: Invocation<EventFlags>, service: string): Promise<undefined> {
  const { flags, terminal } = invocation
  if (flags.after !== undefined) requireWhole('--after', flags.after, 0)
  await hintAtType(invocation, service)
  await reading(invocation, service, async (reader) => {
    const last = await reader.segment()
    const head = last === undefined ? 0 : last.firstPosition + last.rowCount - 1
    for await (const event of followedEvents(reader, flags.after ?? head, flags))
      terminal.out(flags.json ? JSON.stringify(event) : eventLine(event, terminal.colors))
  })
}

/** `freehold events show` */
export async function eventsShow(
  invocation: Invocation<GlobalFlags>,
  service: string,
  which: string,
): Promise<Answer> {
  const found = await reading(invocation, service, async (reader) => {
    const at = placeOf(which)
    const segment = await reader.segment(at)
    const events = segment ? await reader.read(segment.number, 0, {}) : []
    return events.find(({ position, id }) => position === at.position || id === at.id)
  })
  if (found === undefined) {
    throw new FreeholdError('FREEHOLD_EVENT_UNKNOWN', {
      message: `"${service}" has sealed no event ${which}.`,
      details: { service, which },
    })
  }
  return { json: found, text: eventText(found, invocation.terminal.colors) }
}

/** `freehold events count` */
export async function eventsCount(invocation: Invocation<GlobalFlags>, service: string): Promise<Answer> {
  const { types, head } = await reading(invocation, service, async (reader) => {
    const last = await reader.segment()
    return { types: await reader.count(), head: last ? last.firstPosition + last.rowCount - 1 : 0 }
  })
  const total = types.reduce((sum, { count }) => sum + count, 0)
  return { json: { types, total, head }, text: countText(types, head, invocation.terminal.colors) }
}

/** A type that is mistyped has no events, and never will have. An old one may be in the log and not in the manifest. */
async function hintAtType(
  { flags, workspace, terminal }: Invocation<EventFlags>,
  service: string,
): Promise<void> {
  const { publishes } = serviceNamed((await workspace()).system, service)
  const types = publishes.map(({ type }) => type)
  if (flags.type === undefined || types.includes(flags.type)) return
  const named = types.length === 0 ? 'no events' : types.join(', ')
  terminal.progress(`"${service}" does not publish ${flags.type} by its manifest, which names ${named}.`)
}

async function reading<Result>(
  { workspace }: Invocation<GlobalFlags>,
  service: string,
  work: (reader: EventReader) => Promise<Result>,
): Promise<Result> {
  const { system, credentials } = await (await workspace()).migrations()
  const options = { system, credentials, service, applicationName: 'freehold events' }
  return withServiceSession(options, async (client, owner) => {
    await client.query('set default_transaction_read_only = on')
    return work(eventReader(client, owner))
  })
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function placeOf(which: string): { position?: number; id?: string } {
  if (uuidForm.test(which)) return { id: which.toLowerCase() }
  const position = positionIn(which)
  if (position !== undefined) return { position }
  throw new FreeholdError('FREEHOLD_CLI_USAGE', {
    message: `"${which}" is neither the position nor the id of an event.`,
  })
}

function requireWhole(flag: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new FreeholdError('FREEHOLD_CLI_USAGE', {
    message: `${flag} takes a whole number, ${least} or more.`,
  })
}
