import { afterEach, expect, test } from 'vitest'
import { problemIn } from '../../test/fixtures/service-app.js'
import { createServiceApp, healthRoutes } from './index.js'

const app = () => createServiceApp({ name: 'health', logger: false })
let opened: ReturnType<typeof app>[] = []

afterEach(async () => {
  await Promise.all(opened.map((one) => one.close()))
  opened = []
})

function appWith(checks: Record<string, () => Promise<unknown>>) {
  const one = app()
  opened.push(one)
  healthRoutes(one, { checks })
  return one
}

test('a service is ready when everything that it needs works', async () => {
  const one = appWith({ database: async () => undefined, keys: async () => 'there' })
  expect((await one.inject('/health/live')).json()).toEqual({ status: 'alive' })
  expect((await one.inject('/health/ready')).json()).toEqual({
    status: 'ready',
    checks: ['database', 'keys'],
  })
})

test('what is reported decides nothing', async () => {
  const one = app()
  opened.push(one)
  healthRoutes(one, { checks: {}, reports: { authors: () => ({ isStale: true }) } })
  const response = await one.inject('/health/ready')
  expect(response.statusCode).toBe(200)
  expect(response.json()).toEqual({ status: 'ready', checks: [], reports: { authors: { isStale: true } } })
})

test('what is not ready is named, and nothing more is told', async () => {
  const refuse = async () => {
    throw new TypeError('the password is hunter2')
  }
  const one = appWith({
    database: refuse,
    keys: async () => undefined,
    late: () => new Promise(() => undefined),
  })
  const response = await one.inject('/health/ready')
  expect(problemIn(response)).toMatchObject({ status: 503, notReady: ['database', 'late'] })
  expect(response.body).not.toContain('hunter2')
  expect((await one.inject('/health/live')).statusCode).toBe(200)
})

test('a service that was told to stop is not ready, but serves what still arrives', async () => {
  const one = appWith({})
  one.lifecycle.stopping = true
  expect(problemIn(await one.inject('/health/ready'))).toMatchObject({ status: 503, notReady: [] })
  expect((await one.inject('/health/live')).statusCode).toBe(200)
})
