import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toCloudEvent } from '../events/index.js'
import { parseEntityTags } from '../http/entity-tags.js'
import { batchType } from './names.js'
import type { PageEvent } from './sealed-page.js'

/** For what never changes. It is for one consumer alone. */
export const forEver = 'private, max-age=31536000, immutable'

/** Smaller answers are not worth compressing. */
const compressedFrom = 1_024

/** Fast: a page is compressed for one consumer, once. */
export const gzipLevel = 1

const compressed = promisify(gzip)

/** The text of an event in a batch. Its data goes out as the database gave it. */
export function eventText(service: string, event: PageEvent): string {
  const attributes = JSON.stringify(toCloudEvent(service, { ...event, data: undefined }))
  return `${attributes.slice(0, -1)},"data":${event.data}}`
}

/** The text of a batch. */
export function batchText(service: string, events: readonly PageEvent[]): string {
  return `[${events.map((event) => eventText(service, event)).join(',')}]`
}

/** Whether the client reads gzip. */
export function readsGzip(request: FastifyRequest): boolean {
  const accepted = (request.headers['accept-encoding'] ?? '').toLowerCase()
  return accepted.split(',').some((one) => {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim())
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    return name === 'gzip' && !isRefused
  })
}

/** Answers with a batch that may change with the next event. */
export async function sendOpen(request: FastifyRequest, reply: FastifyReply, text: string): Promise<unknown> {
  void reply.header('cache-control', 'no-store')
  return sendCompressed(request, reply, Buffer.from(text))
}

/** Answers with a batch that never changes, or says that the client has it. */
export async function sendStable(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
): Promise<unknown> {
  const body = Buffer.from(text)
  const digest = createHash('sha256').update(body).digest('base64url')
  void reply.header('cache-control', forEver)
  const tag = `${digest}${readsGzip(request) && body.length > compressedFrom ? '-gzip' : ''}`
  if (isKnown(request, reply, tag)) return reply.code(304).send()
  return sendCompressed(request, reply, body)
}

/** Sets the strong entity tag, and says whether the client has what it stands for. */
export function isKnown(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  void reply.header('etag', `"${tag}"`).header('vary', 'accept-encoding')
  const tags = parseEntityTags(request.headers['if-none-match'] ?? '')
  return tags === 'any' || tags?.some(({ opaque }) => opaque === tag) === true
}

async function sendCompressed(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Buffer,
): Promise<FastifyReply> {
  void reply.type(batchType).header('vary', 'accept-encoding')
  if (body.length <= compressedFrom || !readsGzip(request)) return reply.send(body)
  void reply.header('content-encoding', 'gzip')
  return reply.send(await compressed(body, { level: gzipLevel }))
}
