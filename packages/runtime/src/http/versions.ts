import type { FastifyReply, FastifyRequest } from 'fastify'
import type { VersionConflict } from '../entities/index.js'
import { parseEntityTags, type EntityTag } from './entity-tags.js'
import { HttpProblem } from './problem.js'

const largestVersion = 2_147_483_647

/**
 * The entity tag of a version: strong, `"3"`.
 *
 * @param beside - The version of something else that the answer shows, such as the author's name: `"3+7"`. What
 *   caches hold is then fresh only while both are; a write is judged by the first alone.
 */
export function etagOf(version: number, beside?: number): string {
  return `"${opaqueOf(version, beside)}"`
}

/**
 * The versions that a write may replace, from If-Match: what an entity takes as `expectedVersion`. Weak
 * tags and tags that were never given out match nothing, so that the list may be empty.
 *
 * @throws HttpProblem 428 without the header, 400 when it cannot be read.
 */
export function expectedVersion(request: Pick<FastifyRequest, 'headers'>): number[] | 'any' {
  const header = request.headers['if-match']
  if (header === undefined) {
    throw new HttpProblem(428, {
      slug: 'precondition-required',
      detail: 'Say which version you have read: send its ETag as If-Match.',
    })
  }
  const tags = parseEntityTags(header)
  if (tags === undefined) {
    throw new HttpProblem(400, {
      slug: 'malformed-precondition',
      detail: 'If-Match is neither * nor a list of entity tags such as "3".',
    })
  }
  return tags === 'any' ? 'any' : [...new Set(tags.flatMap(versionsOf))]
}

/**
 * Answers with a representation and its ETag; with 304 alone when If-None-Match says that the client has it
 * (GET and HEAD, weak comparison).
 *
 * @param beside - As for {@link etagOf}.
 */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  body: unknown,
  beside?: number,
): FastifyReply {
  reply.header('etag', etagOf(version, beside))
  return isHeldByClient(request, opaqueOf(version, beside)) ? reply.code(304).send() : reply.send(body)
}

/**
 * The problem for a write that lost the race: 412 with the current representation and its ETag.
 *
 * @param represent - Makes of a row what a client may see of it.
 * @param beside - As for {@link etagOf}.
 */
export function conflictProblem<Row extends { version: number }>(
  error: VersionConflict<Row>,
  represent: (row: Row) => object,
  beside?: number,
): HttpProblem {
  return new HttpProblem(412, {
    slug: 'version-conflict',
    title: 'Somebody else wrote first',
    detail: `The current version is ${error.current.version}. Decide again on what it says now.`,
    extensions: { current: represent(error.current) },
    headers: { etag: etagOf(error.current.version, beside) },
    cause: error,
  })
}

function opaqueOf(version: number, beside: number | undefined): string {
  return beside === undefined ? String(version) : `${version}+${beside}`
}

function isHeldByClient(request: FastifyRequest, held: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const tags = parseEntityTags(request.headers['if-none-match'] ?? '')
  if (tags === undefined) return false
  return tags === 'any' || tags.some((tag) => tag.opaque === held)
}

function versionsOf({ isWeak, opaque }: EntityTag): number[] {
  const version = Number(/^([1-9]\d{0,9})(?:\+\d{1,10})?$/.exec(opaque)?.[1])
  return isWeak || !(version <= largestVersion) ? [] : [version]
}
