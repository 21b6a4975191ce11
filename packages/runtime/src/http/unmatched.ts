import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HttpProblem, sendProblem } from './problem.js'

/**
 * Answers what no route takes: 405 with the methods of the path when there are any, 404 otherwise. Routes
 * are noted as they are added, and their patterns are only tried when nothing matched.
 */
export function answerUnmatched(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', (route) => {
    const known = methods.get(route.url) ?? new Set()
    for (const method of [route.method].flat()) known.add(method)
    methods.set(route.url, known)
  })
  const patterns: [RegExp, ReadonlySet<string>][] = []
  app.addHook('onReady', async () => {
    for (const [url, allowed] of methods)
      if (!url.includes('*') && !url.includes('(')) patterns.push([patternOf(url), allowed])
  })
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = patterns.filter(([pattern]) => pattern.test(path)).flatMap(([, names]) => [...names])
    return sendProblem(
      request,
      reply,
      allowed.length === 0 ? nothingHere() : notAllowed(request.method, allowed),
    )
  })
}

function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : escaped(segment)))
  return new RegExp(`^${segments.join('/')}$`)
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function nothingHere(): HttpProblem {
  return new HttpProblem(404, { slug: 'not-found', detail: 'There is nothing here.' })
}

function notAllowed(method: string, allowed: readonly string[]): HttpProblem {
  return new HttpProblem(405, {
    slug: 'method-not-allowed',
    detail: `${method} is not possible here.`,
    headers: { allow: [...new Set(allowed)].sort().join(', ') },
  })
}
