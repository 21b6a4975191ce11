import { accessTo, type Access } from '../access/public-endpoints.js'
import { isObject, operationMethods, type Json, type JsonObject } from './document.js'

const security: Readonly<Record<Access, readonly JsonObject[]>> = {
  public: [],
  either: [{ bearer: [] }, {}],
  token: [{ bearer: [] }],
}

/** What the door itself may answer to any request that it would pass on. */
const fromTheDoor: JsonObject = Object.fromEntries(
  ['429', '502', '503', '504'].map((status) => [status, { $ref: `#/components/responses/Gateway${status}` }]),
)

/** The components that {@link describePath} refers to. */
export const doorComponents: JsonObject = {
  responses: {
    Gateway429: answer('Too many requests in this minute; `Retry-After` says when to come back.'),
    Gateway502: answer('The service cannot be reached.'),
    Gateway503: answer('The service is overloaded or not ready; `Retry-After` says when to come back.'),
    Gateway504: answer('The service did not answer in time.'),
  },
  schemas: {
    GatewayProblem: {
      type: 'object',
      description: 'An error, as RFC 9457 has it.',
      required: ['type', 'title', 'status'],
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string' },
      },
    },
  },
}

/**
 * A service's path as seen from outside: with what the door asks for and may answer, and with operation ids
 * that are unique.
 *
 * @param path - E.g. `/api/notes/{id}`.
 * @param item - The path item of the service.
 * @param service - Its name; the tag of operations that have none.
 * @param takenIds - The operation ids of the documents so far; grows.
 */
export function describePath(
  path: string,
  item: JsonObject,
  service: string,
  takenIds: Set<string>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]) => {
      if (!operationMethods.has(method) || !isObject(operation)) return [method, operation]
      return [method, describeOperation(operation, accessTo(method.toUpperCase(), path), service, takenIds)]
    }),
  )
}

function describeOperation(
  operation: JsonObject,
  access: Access,
  service: string,
  takenIds: Set<string>,
): JsonObject {
  const described: Record<string, Json> = { tags: [service], ...operation, security: security[access] }
  described.responses = { ...fromTheDoor, ...(isObject(operation.responses) ? operation.responses : {}) }
  if (typeof operation.operationId === 'string') {
    const id = takenIds.has(operation.operationId)
      ? `${service}_${operation.operationId}`
      : operation.operationId
    takenIds.add(id)
    described.operationId = id
  }
  delete described.servers
  return described
}

function answer(description: string): JsonObject {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/GatewayProblem' } } },
  }
}
