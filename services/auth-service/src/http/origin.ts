import type { BlockList } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { causesOf } from '@freehold/runtime/fastify'
import type { Causes } from '@freehold/runtime/events'
import { clientAddress } from './client-address.js'

/** Where a request came from, as far as records need it. */
export interface Origin {
  readonly requestId: string
  /** What its events say of where they come from. */
  readonly causes: Causes
  readonly ip: string
  /** When it came. */
  readonly at: Date
  readonly userAgent: string | null
}

const longestUserAgent = 256

/** Tells the origin of a request. */
export type OriginOf = (request: FastifyRequest) => Origin

/**
 * @param gateways - The addresses whose X-Forwarded-For is believed.
 * @param now - The clock, in milliseconds since 1970.
 */
export function originBehind(gateways: BlockList, now: () => number): OriginOf {
  return (request) => ({
    requestId: request.id,
    causes: causesOf(request),
    ip: clientAddress(request.raw, gateways),
    at: new Date(now()),
    userAgent: request.headers['user-agent']?.slice(0, longestUserAgent) ?? null,
  })
}
