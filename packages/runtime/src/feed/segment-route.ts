import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Queryable } from '../database/index.js'
import { archived } from '../events/index.js'
import { HttpProblem } from '../http/problem.js'
import { prepared } from '../statements/prepared.js'
import { eventText, forEver, gzipLevel, isKnown, readsGzip } from './answer.js'
import type { Caller } from './caller.js'
import { pageBytes } from './feed-page.js'
import { answerable } from './archived-problem.js'
import { batchType, feedHeaders, mostEvents } from './names.js'
import { pageReader } from './sealed-page.js'

interface Segment {
  readonly id: string
  readonly first: number
  readonly last: number
  readonly keptAfter: number
}

/** Answers with a sealed segment. */
export type SegmentSender = (
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>

/**
 * Sends sealed segments whole, with the events that the consumer may have. No more of it than a page is in memory. It
 * may be kept for ever when its URL names its `id` and the `types`: the number alone is another segment in another life.
 */
export function segmentSender(service: string, log: string, db: Queryable): SegmentSender {
  const eventsOf = pageReader(service, log)

  async function* texts({ first, last }: Segment, types: readonly string[]): AsyncGenerator<string> {
    let before = '['
    for (let after = first - 1; after < last;) {
      const end = Math.min(after + mostEvents, last)
      const reading = { after, last: end, types, limit: mostEvents, bytes: pageBytes }
      const { events, isCut } = await eventsOf(db, reading)
      for (const event of events) {
        yield before + eventText(service, event)
        before = ','
      }
      after = isCut ? (events.at(-1)?.position ?? end) : end
    }
    yield before === '[' ? '[]' : ']'
  }

  return async ({ visible }, request, reply) => {
    const { number } = request.params as { number: string }
    const { id, types } = request.query as { id?: string; types?: string }
    const segment = await segmentOf(db, service, log, number)
    if (segment === undefined || (id !== undefined && id.toLowerCase() !== segment.id))
      throw noSegment(number)
    // Looked at before the answer begins: what is archived meanwhile breaks it off.
    if (segment.keptAfter >= segment.first)
      throw answerable(archived(service, segment.first - 1, segment.keptAfter))
    const isGzip = readsGzip(request)
    const isStable = id !== undefined && types === visible.digest
    void reply
      .header(feedHeaders.segment, segment.id)
      .header(feedHeaders.position, String(segment.last))
      .header(feedHeaders.types, visible.digest)
      .header('cache-control', isStable ? forEver : 'no-store')
      .header('vary', 'accept-encoding')
    if (isStable && isKnown(request, reply, `${segment.id}.${visible.digest}${isGzip ? '.gzip' : ''}`))
      return reply.code(304).send()
    void reply.type(batchType)
    const body = Readable.from(texts(segment, visible.types))
    if (!isGzip) return reply.send(body)
    const zipped = createGzip({ level: gzipLevel })
    body.once('error', (error) => zipped.destroy(error))
    zipped.once('close', () => body.destroy())
    return reply.header('content-encoding', 'gzip').send(body.pipe(zipped))
  }
}

const statement = prepared(
  `select s.id, s.first_position as first, s.first_position + s.row_count - 1 as last,
     (select coalesce(max(a.last_position), 0) from freehold.archive a where a.service = $1 and a.log = $2) as kept_after
   from freehold.segment s
   where s.service = $1 and s.log = $2 and s.number = $3`,
)

async function segmentOf(
  db: Queryable,
  service: string,
  log: string,
  number: string,
): Promise<Segment | undefined> {
  if (!/^[1-9]\d{0,14}$/.test(number)) return undefined
  const values = [service, log, number]
  const { rows } = await db.query<{
    id: string
    first: number | string
    last: number | string
    kept_after: number | string
  }>({
    ...statement,
    values,
  })
  const [row] = rows
  return (
    row && { id: row.id, first: Number(row.first), last: Number(row.last), keptAfter: Number(row.kept_after) }
  )
}

function noSegment(number: string): HttpProblem {
  return new HttpProblem(404, {
    slug: 'no-such-segment',
    title: 'There is no such segment',
    detail: `The log has no segment ${number.slice(0, 20)} in this life. They count from 1; read /events to go on.`,
  })
}
