import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import { HttpProblem } from '@freehold/runtime/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from '../access/admission.js'
import type { Limits } from '../settings/settings.js'

/** Where passwords and refresh tokens can be guessed. */
const guessable: ReadonlySet<string> = new Set(
  ['register', 'login', 'refresh', 'password'].map((name) => `/api/auth/${name}`),
)

type Limiter = ReturnType<FastifyInstance['createRateLimit']>
type Counted = Extract<Awaited<ReturnType<Limiter>>, { isAllowed: false }>

/**
 * Counts requests per minute: of each user, or of each address (an IPv6 network of 64 bits counts as one)
 * for requests that show no good token; and, apart from that, attempts to get a token. The counts are
 * this process's own.
 *
 * @param app - The door; its scopes call {@link limitRequests}.
 */
export async function rateLimits(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false })
}

/**
 * Refuses what exceeds a limit, and tells every client how much it has left.
 *
 * @param app - The scope to limit.
 * @param limits - How much is let in.
 */
export function limitRequests(app: FastifyInstance, limits: Limits): void {
  // So many clients are remembered at a time; the plugin's type does not know the option, which it reads.
  const remembered = { timeWindow: 60_000, cache: 50_000 }
  const requests = app.createRateLimit({ ...remembered, max: limits.requests, keyGenerator: clientKey })
  const attempts = app.createRateLimit({ ...remembered, max: limits.attempts, keyGenerator: addressKey })
  app.addHook('onRequest', async (request, reply) => {
    const counted = await count(requests, request)
    const tried =
      guessable.has(pathOf(request)) && request.method === 'POST' ? await count(attempts, request) : undefined
    tell(reply, tried !== undefined && tried.remaining <= counted.remaining ? tried : counted)
    const exceeded = [counted, tried].find((limit) => limit?.isExceeded === true)
    if (exceeded !== undefined) throw tooManyRequests(exceeded)
  })
}

function clientKey(request: FastifyRequest): string {
  const userId = request.visitor?.userId
  return userId === undefined ? addressKey(request) : `user ${userId}`
}

function addressKey(request: FastifyRequest): string {
  return normalizeIP(request.ip)
}

async function count(limiter: Limiter, request: FastifyRequest): Promise<Counted> {
  // `isAllowed` means an allow list, which we have not.
  return (await limiter(request)) as Counted
}

function tell(reply: FastifyReply, limit: Counted): void {
  reply.header('ratelimit-limit', limit.max)
  reply.header('ratelimit-remaining', limit.remaining)
  reply.header('ratelimit-reset', limit.ttlInSeconds)
}

function tooManyRequests(limit: Counted): HttpProblem {
  const seconds = Math.max(1, limit.ttlInSeconds)
  return new HttpProblem(429, {
    slug: 'too-many-requests',
    title: 'Too many requests',
    detail: `The limit is ${limit.max} requests per minute. Try again in ${seconds} s.`,
    headers: { 'retry-after': String(seconds) },
  })
}
