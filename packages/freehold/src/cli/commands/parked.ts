import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { parkedEvents, requireFitting, type Parked, type ParkedAt } from '../../parked/index.js'
import { withServiceSession } from '../../sessions/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { positionIn } from '../position.js'
import { counted } from '../views/counted.js'
import { parkedEventsText, parkedKeysText } from '../views/parked.js'

/** Flags that tell which consumer is meant, where a key is parked by several. */
export type ConsumerFlags = GlobalFlags & { readonly consumer?: string; readonly source?: string }

/** Flags of what changes something. */
export type ReasonFlags = ConsumerFlags & { readonly who?: string; readonly why?: string }

/** `freehold parked list` */
export async function parkedList(invocation: Invocation<ConsumerFlags>, service: string): Promise<Answer> {
  const { flags, terminal } = invocation
  const keys = await reached(invocation, service, (parked) => parked.list(named(flags)))
  return { json: { keys }, text: parkedKeysText(keys, terminal.colors) }
}

/** `freehold parked show` */
export async function parkedShow(
  invocation: Invocation<ConsumerFlags>,
  service: string,
  key: string,
): Promise<Answer> {
  const events = await reached(invocation, service, async (parked) =>
    parked.show(await meant(parked, service, key, invocation.flags)),
  )
  return { json: { events }, text: parkedEventsText(events, invocation.terminal.colors) }
}

/** `freehold parked retry` */
export async function parkedRetry(
  invocation: Invocation<ReasonFlags>,
  service: string,
  key: string,
): Promise<Answer> {
  const { flags } = invocation
  const events = await reached(invocation, service, async (parked) =>
    parked.retry(await meant(parked, service, key, flags), {
      who: whoIs(flags),
      ...(flags.why !== undefined && { why: flags.why }),
    }),
  )
  return {
    json: { key, events },
    text: `${counted(events, 'event')} of ${key} will be tried again as soon as the consumer looks.`,
  }
}

/** `freehold parked edit` */
export async function parkedEdit(
  invocation: Invocation<ReasonFlags & { readonly data: string }>,
  service: string,
  key: string,
  at: string,
): Promise<Answer> {
  const { flags, cwd, workspace } = invocation
  const position = positionFrom(at)
  const data = await jsonFrom(flags.data, cwd)
  const reason = { who: whoIs(flags), why: reasonIn(flags) }
  const { system } = await workspace()
  await reached(invocation, service, async (parked) => {
    const at = await meant(parked, service, key, flags)
    const event = await parked.event({ ...at, position })
    requireFitting(system, { source: at.source, type: event.type, data, before: event.data })
    await parked.edit({ ...at, position, data }, reason)
  })
  return {
    json: { key, position, data },
    text: `The event at ${position} has other data. To have it tried: freehold parked retry ${service} ${key}`,
  }
}

/** `freehold parked discard` */
export async function parkedDiscard(
  invocation: Invocation<ReasonFlags & { readonly position?: string }>,
  service: string,
  key: string,
): Promise<Answer> {
  const { flags } = invocation
  const position = flags.position === undefined ? undefined : positionFrom(flags.position)
  const reason = { who: whoIs(flags), why: reasonIn(flags) }
  const events = await reached(invocation, service, async (parked) => {
    const at = await meant(parked, service, key, flags)
    return parked.discard({ ...at, ...(position !== undefined && { position }) }, reason)
  })
  return { json: { key, events }, text: `${counted(events, 'event')} of ${key} given up.` }
}

async function reached<Result>(
  { workspace }: Invocation<GlobalFlags>,
  service: string,
  work: (parked: Parked) => Promise<Result>,
): Promise<Result> {
  const { system, credentials } = await (await workspace()).migrations()
  const options = { system, credentials, service, applicationName: 'freehold parked' }
  return withServiceSession(options, (client) => work(parkedEvents(client, service)))
}

/** The one consumer that a key is parked by. */
async function meant(parked: Parked, service: string, key: string, flags: ConsumerFlags): Promise<ParkedAt> {
  const [found, ...others] = await parked.consumersOf({ key, ...named(flags) })
  if (found !== undefined && others.length === 0) return { key, ...found }
  if (found === undefined) {
    throw new FreeholdError('FREEHOLD_PARKED_UNKNOWN', {
      message: `No consumer of "${service}" that is meant has parked anything of the key "${key}".`,
      details: { service, key },
    })
  }
  const names = [found, ...others].map(({ consumer, source }) => `--consumer ${consumer} --source ${source}`)
  throw new FreeholdError('FREEHOLD_CLI_USAGE', {
    message: `The key "${key}" is parked by several consumers. Say which: ${names.join(', or ')}.`,
  })
}

function named({ consumer, source }: ConsumerFlags): { consumer?: string; source?: string } {
  return { ...(consumer !== undefined && { consumer }), ...(source !== undefined && { source }) }
}

function whoIs({ who }: ReasonFlags): string {
  return who ?? userInfo().username
}

function positionFrom(input: string): number {
  const position = positionIn(input)
  if (position !== undefined) return position
  throw new FreeholdError('FREEHOLD_CLI_USAGE', { message: `"${input}" is no position.` })
}

function reasonIn({ why = '' }: ReasonFlags): string {
  if (why.trim() !== '') return why
  throw new FreeholdError('FREEHOLD_PARKED_REASON_MISSING', {
    message: '--why is missing: it is kept with what is done.',
  })
}

async function jsonFrom(given: string, cwd: string): Promise<unknown> {
  const text = given.startsWith('@') ? await textIn(resolve(cwd, given.slice(1))) : given
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new FreeholdError('FREEHOLD_CLI_USAGE', {
      message: `--data is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    })
  }
}

async function textIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new FreeholdError('FREEHOLD_CLI_USAGE', {
      message: `--data names a file that cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    })
  }
}
