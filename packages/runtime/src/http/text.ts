import { HttpProblem } from './problem.js'

/** Objects and arrays inside one another, at most: what walks or prints a document never runs out of stack. */
const deepest = 64

const loneSurrogate = /\p{Surrogate}/u

/** Where in a request something is. */
export type RequestPart = 'body' | 'query' | 'path'

/** A place in a document, as a JSON Pointer (RFC 6901) in the URI fragment form that RFC 9457 shows. */
export function pointerTo(path: readonly (string | number)[]): string {
  return `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`
}

/** What is wrong with a text, if anything: PostgreSQL stores no NUL, and UTF-8 has no lone surrogates. */
export function flawIn(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain a NUL character'
  if (loneSurrogate.test(text)) return 'must not contain half of a surrogate pair'
  return undefined
}

/**
 * Refuses texts that cannot be stored, names that reach into prototypes, and absurd depth, wherever they
 * are in the value.
 *
 * @param value - What `JSON.parse` gave, or the query or parameters of a request.
 * @param location - Which part of the request it is.
 * @returns How many properties there are in all.
 * @throws HttpProblem 400 that points at the place.
 */
export function inspect(value: unknown, location: RequestPart): number {
  return walk(value, [], location)
}

function walk(value: unknown, path: (string | number)[], location: RequestPart): number {
  if (typeof value === 'string') {
    refuse(flawIn(value), path, location)
    return 0
  }
  if (typeof value !== 'object' || value === null) return 0
  if (path.length >= deepest) refuse('is nested too deeply', path, location)
  const isArray = Array.isArray(value)
  let count = 0
  for (const name of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[name]
    if (!isArray) {
      refuseName(flawIn(name) ?? poisonIn(name, inner), path, location)
      count += 1
    }
    path.push(name)
    count += walk(inner, path, location)
    path.pop()
  }
  return count
}

/** The names that `secure-json-parse`, which Fastify uses, refuses too. */
function poisonIn(name: string, value: unknown): string | undefined {
  if (name === '__proto__') return 'is "__proto__"'
  if (name !== 'constructor' || typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, 'prototype') ? 'is "constructor", with a "prototype" in it' : undefined
}

function refuseName(
  flaw: string | undefined,
  path: readonly (string | number)[],
  location: RequestPart,
): void {
  if (flaw !== undefined) refuse(`has a property whose name ${flaw}`, path, location)
}

function refuse(flaw: string | undefined, path: readonly (string | number)[], location: RequestPart): void {
  if (flaw === undefined) return
  throw new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail: `A value in the ${location} ${flaw}.`,
    extensions: { errors: [{ in: location, pointer: pointerTo(path), detail: flaw }] },
  })
}
