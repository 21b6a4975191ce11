import { FreeholdError } from '../errors/index.js'
import type { System } from '../system.js'
import { eventsLogOf } from './events-log.js'

/** The first token of every subject in NATS, unless another one is given. */
export const natsPrefix = 'freehold'

/**
 * The stream of a service: `freehold_notes`.
 *
 * @param service - The name of the publishing service.
 * @param prefix - One token: letters, digits, `-` and `_`.
 * @throws FreeholdError `FREEHOLD_NATS_PREFIX_INVALID` when the prefix is no token.
 */
export function natsStream(service: string, prefix: string = natsPrefix): string {
  if (/^[A-Za-z0-9_-]+$/.test(prefix)) return `${prefix}_${service}`
  throw new FreeholdError('FREEHOLD_NATS_PREFIX_INVALID', {
    message: `"${prefix}" cannot be the first token of subjects in NATS.`,
  })
}

/**
 * The subject of a type: `freehold.notes.note-revised.v1`. A type has three parts, the first of which is its service,
 * so that a subject says all of it.
 */
export function natsSubject(type: string, prefix: string = natsPrefix): string {
  return `${prefix}.${type}`
}

/** All subjects of a service: `freehold.notes.>`. */
export function natsSubjects(service: string, prefix: string = natsPrefix): string {
  return `${prefix}.${service}.>`
}

/** What a service's user may do in NATS, as the configuration of the server has it. */
export interface NatsPermissions {
  readonly publish: { readonly allow: readonly string[] }
  readonly subscribe: { readonly allow: readonly string[] }
}

/** Where answers to a service come in: nobody else may listen there. For `inboxPrefix` of its connection. */
export function natsInbox(service: string): string {
  return `_INBOX_${service}`
}

/**
 * The permissions of every service's user in NATS, by service: it publishes its own events only, and reads the
 * streams of the services that the manifest lets it consume from. Services without any events are left out.
 *
 * @param options - `prefix`: the first token of all subjects; {@link natsPrefix} when absent.
 * @throws FreeholdError `FREEHOLD_NATS_PREFIX_INVALID` when the prefix is no token.
 */
export function natsPermissions(
  system: System,
  { prefix = natsPrefix }: { prefix?: string } = {},
): Record<string, NatsPermissions> {
  const users = system.services.map(({ name, owns, consumes }) => {
    const own = eventsLogOf({ owns }) === undefined ? [] : publishing(name, prefix)
    const others = Object.entries(consumes).flatMap(([source, types]) => consuming(source, types, prefix))
    const permissions = {
      publish: { allow: [...own, ...others] },
      subscribe: { allow: [`${natsInbox(name)}.>`] },
    }
    return [name, permissions] as const
  })
  return Object.fromEntries(users.filter(([, { publish }]) => publish.allow.length > 0))
}

function publishing(service: string, prefix: string): string[] {
  const stream = natsStream(service, prefix)
  const calls = ['STREAM.INFO', 'STREAM.CREATE', 'STREAM.UPDATE', 'STREAM.MSG.GET']
  return [natsSubjects(service, prefix), ...calls.map((call) => `$JS.API.${call}.${stream}`)]
}

function consuming(source: string, types: readonly string[], prefix: string): string[] {
  if (types.length === 0) return []
  const stream = natsStream(source, prefix)
  const subjects = types.map((type) => natsSubject(type, prefix))
  // Who reads several types has the server bring the whole stream: older servers know one filter only.
  if (types.length > 1) subjects.push(natsSubjects(source, prefix))
  return [
    ...['STREAM.INFO', 'STREAM.MSG.GET'].map((call) => `$JS.API.${call}.${stream}`),
    ...subjects.map((subject) => `$JS.API.CONSUMER.CREATE.${stream}.*.${subject}`),
    ...['MSG.NEXT', 'DELETE'].map((call) => `$JS.API.CONSUMER.${call}.${stream}.*`),
    `$JS.ACK.${stream}.>`,
  ]
}
