import type { FastifyRequest } from 'fastify'
import { HttpProblem } from './problem.js'
import { inspect } from './text.js'

const colon = /\s*:/y

/**
 * Parses a JSON body strictly (RFC 8259, I-JSON's rules for names and texts): UTF-8 alone, no property
 * twice, no text that PostgreSQL could not store, no name that reaches into prototypes.
 *
 * @throws HttpProblem 400, with a pointer where there is a place to point at; 415 for another charset or
 *   an encoded body.
 */
export function parseJsonBody(request: FastifyRequest, body: Buffer): unknown {
  requirePlainUtf8(request)
  if (body.length === 0) throw malformed('The body is empty, and JSON was announced.')
  const text = decoded(body)
  const value = parsed(text)
  if (inspect(value, 'body') !== namesIn(text))
    throw malformed('An object in the body names a property twice.')
  return value
}

function requirePlainUtf8(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpProblem(415, {
      slug: 'unsupported-media-type',
      detail: 'Send the body without a content encoding.',
    })
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)) return
  throw new HttpProblem(415, { slug: 'unsupported-media-type', detail: 'Send JSON in UTF-8.' })
}

function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw malformed('The body is not valid UTF-8.', cause)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('The body is not valid JSON.', cause)
  }
}

/**
 * How often a valid JSON text names a property: more often than the value has properties, when one is named
 * twice. Outside of strings JSON has no quotes, so each quote that is met here begins one.
 */
function namesIn(text: string): number {
  let count = 0
  let start = text.indexOf('"')
  while (start !== -1) {
    const end = endOfString(text, start)
    colon.lastIndex = end
    if (colon.test(text)) count += 1
    start = text.indexOf('"', end)
  }
  return count
}

/** The place behind the string that begins there: behind the first quote with no odd run of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let first = quote
    while (text[first - 1] === '\\') first -= 1
    if ((quote - first) % 2 === 0) return quote + 1
  }
}

function malformed(detail: string, cause?: unknown): HttpProblem {
  return new HttpProblem(400, { slug: 'malformed-body', title: 'The body cannot be read', detail, cause })
}
