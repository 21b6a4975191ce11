import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from '../http/problem.js'
import { isErased, longestSubject, type KeyName, type KeyStore } from '../personal/index.js'
import type { Caller } from './caller.js'
import { mostKeys } from './names.js'

/** Takes the most keys that are asked for at a time, each with the longest subject that there is. */
const bodyLimit = 1_048_576

const body = {
  type: 'object',
  required: ['keys'],
  additionalProperties: false,
  properties: {
    keys: {
      type: 'array',
      minItems: 1,
      maxItems: mostKeys,
      items: {
        type: 'object',
        required: ['subject', 'purpose'],
        additionalProperties: false,
        properties: {
          subject: { type: 'string', minLength: 1, maxLength: longestSubject },
          purpose: { type: 'string', minLength: 1, maxLength: 63 },
        },
      },
    },
  },
} as const

/**
 * Adds `POST /keys`: of each `{ subject, purpose }` the key as base64url, that it was erased, or null where there is none.
 * Whether somebody may ask is looked at before what is asked is read.
 */
export function keysRoute(
  scope: FastifyInstance,
  keys: KeyStore,
  service: string,
  entered: (request: FastifyRequest) => Promise<Caller>,
): void {
  const callers = new WeakMap<FastifyRequest, Caller>()
  scope.post('/keys', {
    bodyLimit,
    schema: { hide: true, body },
    onRequest: async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      callers.set(request, await entered(request))
    },
    handler: async (request) => {
      const asked = (request.body as { readonly keys: readonly KeyName[] }).keys
      requireReadable(service, asked, callers.get(request))
      return { keys: await answered(keys, asked) }
    },
  })
}

type Answered = { readonly key: string } | { readonly erased: true } | null

async function answered(keys: KeyStore, asked: readonly KeyName[]): Promise<Answered[]> {
  const states = await keys.find(asked)
  return states.map((state) => {
    if (state === undefined) return null
    return isErased(state) ? { erased: true } : { key: state.secret.toString('base64url') }
  })
}

function requireReadable(service: string, asked: readonly KeyName[], caller: Caller | undefined): void {
  const wanted = [...new Set(asked.map(({ purpose }) => purpose))]
  const others = wanted.filter((purpose) => caller?.visible.purposes.has(purpose) !== true)
  if (others.length === 0) return
  throw new HttpProblem(403, {
    slug: 'purpose-not-readable',
    title: 'The manifest does not let this service read it',
    detail: `"${caller?.consumer}" consumes no events of "${service}" that have something personal for the purpose ${others.join(', ')}.`,
    extensions: { service, consumer: caller?.consumer, purposes: others },
  })
}
