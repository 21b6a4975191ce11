import { problemResponse } from '@freehold/runtime/fastify'
import Type, { type TNull } from 'typebox'

/**
 * The responses of a route that are problems.
 *
 * @param descriptions - What each status means here.
 */
export function problems<const D extends Readonly<Record<number, string>>>(
  descriptions: D,
): Record<keyof D, object> {
  const entries = Object.entries(descriptions).map(([status, description]) => [
    status,
    problemResponse(description),
  ])
  return Object.fromEntries(entries) as Record<keyof D, object>
}

/** An answer without a body. */
export function noContent(description: string): TNull {
  return Type.Null({ description })
}

/** The operation asks for an access token. */
export const needsToken = [{ accessToken: [] }]
