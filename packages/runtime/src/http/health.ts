import type { FastifyInstance, FastifySchema } from 'fastify'
import { HttpProblem } from './problem.js'

/** What must work for the service to be of use, by name. A check rejects when it does not. */
export type HealthChecks = Readonly<Record<string, () => Promise<unknown>>>

/** What is told of a service that is ready, by name. It decides nothing: what is read may be old and still be of use. */
export type HealthReports = Readonly<Record<string, () => unknown>>

const checkTimeoutMs = 2_000

/**
 * Adds `GET /health/live` (the process answers) and `GET /health/ready` (what it needs works, and it was not
 * told to stop; otherwise a 503 problem that names what is not ready).
 *
 * @param options - `checks`: what must work. `reports`: what is told beside it, such as the `report()` of a projection.
 */
export function healthRoutes(
  app: FastifyInstance,
  options: { checks: HealthChecks; reports?: HealthReports },
): void {
  const schema: FastifySchema & { hide: boolean } = { hide: true }
  const quiet = { logLevel: 'warn', schema } as const
  app.get('/health/live', quiet, async () => ({ status: 'alive' }))
  app.get('/health/ready', quiet, async (request) => {
    const names = Object.keys(options.checks)
    const failures = (await Promise.all(names.map((name) => failureOf(name, options.checks)))).flat()
    if (failures.length === 0 && !app.lifecycle.stopping) {
      return { status: 'ready', checks: names, ...(options.reports && { reports: told(options.reports) }) }
    }
    for (const { name, error } of failures) request.log.warn({ err: error, check: name }, 'not ready')
    throw notReady(
      failures.map(({ name }) => name),
      app.lifecycle.stopping,
    )
  })
}

function told(reports: HealthReports): Record<string, unknown> {
  return Object.fromEntries(Object.entries(reports).map(([name, report]) => [name, report()]))
}

async function failureOf(name: string, checks: HealthChecks): Promise<{ name: string; error: unknown }[]> {
  const timeout = AbortSignal.timeout(checkTimeoutMs)
  const late = new Promise<never>((_, reject) =>
    timeout.addEventListener('abort', () => reject(timeout.reason as Error)),
  )
  try {
    await Promise.race([checks[name]?.(), late])
    return []
  } catch (error) {
    return [{ name, error }]
  }
}

function notReady(names: readonly string[], isStopping: boolean): HttpProblem {
  return new HttpProblem(503, {
    slug: 'not-ready',
    title: 'The service is not ready',
    detail: isStopping ? 'The service is stopping.' : `Not ready: ${names.join(', ')}.`,
    extensions: { notReady: names },
    headers: { 'retry-after': '2' },
  })
}
