import { HttpProblem } from '@freehold/runtime/fastify'
import type { FastifyInstance } from 'fastify'
import type { Upstream } from '../proxy/upstream.js'
import { upstreamStates } from './upstream-states.js'

/**
 * `GET /health/live` and `GET /health/ready`. The door is ready when it listens, whatever its services do:
 * taking it away because one service is down would take the others away too. It reports how they are, and calls itself
 * degraded when one of them is not ready.
 *
 * @param app - The door.
 * @param upstreams - The services to report on.
 */
export function healthOf(app: FastifyInstance, upstreams: readonly Upstream[]): void {
  const states = upstreamStates(upstreams)
  app.get('/health/live', () => ({ status: 'alive' }))
  app.get('/health/ready', async (_request, reply) => {
    void reply.header('cache-control', 'no-store')
    if (app.lifecycle.stopping) throw stopping()
    const services = await states()
    const whole = Object.values(services).every((state) => state === 'ready')
    return { status: whole ? 'ready' : 'degraded', services }
  })
}

function stopping(): HttpProblem {
  return new HttpProblem(503, { slug: 'not-ready', title: 'Not ready', detail: 'The gateway is stopping.' })
}
