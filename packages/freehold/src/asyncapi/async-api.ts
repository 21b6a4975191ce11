import { serviceNamed, type EventContract, type Service, type System } from '@freehold/manifest'
import { attributesOf, cloudEvent } from './cloud-event.js'
import type {
  AsyncApiChannel,
  AsyncApiDocument,
  AsyncApiMessage,
  AsyncApiOperation,
  Ref,
} from './document.js'
import { payloadOf } from './payload.js'

/**
 * What a service tells and hears, as an AsyncAPI 3.0 document: a channel for each type of event, an operation
 * `send` for each that it publishes and `receive` for each that it consumes. It names no servers, since the
 * manifest knows none; and its own version is always 1.0.0, since each event has a version in its type.
 *
 * @param serviceName - The service whose view it is.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE` when the system has no such service.
 */
export function asyncApiOf(system: System, serviceName: string): AsyncApiDocument {
  const service = serviceNamed(system, serviceName)
  const flows = flowsOf(system, service)
  const byType = <T>(partOf: (flow: Flow) => T): Record<string, T> =>
    Object.fromEntries(flows.map((flow) => [flow.contract.type, partOf(flow)]))
  return {
    asyncapi: '3.0.0',
    info: {
      title: `Events of the service ${service.name}`,
      version: '1.0.0',
      description: `What ${service.name} publishes and consumes, from the manifest of the system ${system.name}.`,
    },
    defaultContentType: 'application/json',
    channels: byType(channel),
    operations: Object.fromEntries(flows.map(operation)),
    components: {
      schemas: { CloudEvent: cloudEvent, ...byType(({ contract }) => payloadOf(contract)) },
      messages: byType(({ contract }) => message(contract)),
    },
  }
}

/** An event that the service sends or receives. */
interface Flow {
  readonly contract: EventContract
  readonly action: 'send' | 'receive'
  readonly publisher: string
}

function flowsOf(system: System, service: Service): Flow[] {
  const sent = service.publishes.map((contract): Flow => ({
    contract,
    action: 'send',
    publisher: service.name,
  }))
  const received = Object.entries(service.consumes).flatMap(([publisher, types]) =>
    serviceNamed(system, publisher)
      .publishes.filter(({ type }) => types.includes(type))
      .map((contract): Flow => ({ contract, action: 'receive', publisher })),
  )
  return [...sent, ...received]
}

function channel({ contract: { type, key }, publisher }: Flow): AsyncApiChannel {
  return {
    address: type,
    description: `Published by ${publisher}. Events of one ${key} arrive in the order in which they happened.`,
    messages: { [type]: ref('components', 'messages', type) },
  }
}

function operation({ contract: { type, description }, action }: Flow): [string, AsyncApiOperation] {
  const summary = description === undefined ? {} : { summary: description }
  return [
    `${action}.${type}`,
    {
      action,
      ...summary,
      channel: ref('channels', type),
      messages: [ref('channels', type, 'messages', type)],
    },
  ]
}

function message(contract: EventContract): AsyncApiMessage {
  const { type, description } = contract
  return {
    name: type,
    ...(description === undefined ? {} : { summary: description }),
    contentType: 'application/json',
    headers: attributesOf(contract),
    payload: ref('components', 'schemas', type),
  }
}

/** A type of an event has no `/` and no `~`, so that a pointer takes it as it is. */
function ref(...path: string[]): Ref {
  return { $ref: `#/${path.join('/')}` }
}
