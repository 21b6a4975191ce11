import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What a problem says beside its status. */
export interface ProblemInit {
  /** Names the kind of problem in `type`: `urn:problem-type:<slug>`. `about:blank` when absent. */
  readonly slug?: string | undefined
  /** The same for every problem of the kind. The status's own phrase when absent. */
  readonly title?: string | undefined
  /** What is wrong this time. Shown to clients: nothing internal belongs here. */
  readonly detail?: string | undefined
  /** Further members of the document. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
  /** Headers to answer with, for instance `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly cause?: unknown
}

/** An error that is answered with a problem document (RFC 9457). */
export class HttpProblem extends Error {
  readonly status: number
  readonly type: string
  readonly title: string
  readonly detail: string | undefined
  readonly extensions: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param status - The HTTP status, 400 to 599.
   * @param init - What it is about.
   */
  constructor(status: number, init: ProblemInit = {}) {
    const title = init.title ?? STATUS_CODES[status] ?? 'Error'
    super(init.detail ?? title, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'HttpProblem'
    this.status = status
    this.type = init.slug === undefined ? 'about:blank' : `urn:problem-type:${init.slug}`
    this.title = title
    this.detail = init.detail
    this.extensions = init.extensions ?? {}
    this.headers = init.headers ?? {}
  }

  /** What Fastify and its plugins look at. */
  get statusCode(): number {
    return this.status
  }

  /** The document. Its own members win over extensions of the same name. */
  toJSON(): Record<string, unknown> {
    const { type, title, status, detail } = this
    return { ...this.extensions, type, title, status, ...(detail !== undefined && { detail }) }
  }
}

/** The media type of problem documents. */
export const problemType = 'application/problem+json'

/** Answers with the problem. It goes out as it is, whatever response schemas the route has. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: HttpProblem,
): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('x-request-id', request.id)
    .type(problemType)
    .send(JSON.stringify({ ...problem.toJSON(), requestId: request.id }))
}
