import { afterAll, beforeAll, expect, test } from 'vitest'
import { authSystem, type AuthSystem } from './support/auth-system.js'
import { clientOf, someone } from './support/client.js'

let system: AuthSystem

beforeAll(async () => {
  system = await authSystem()
})

afterAll(() => system.close())

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('a login takes as long for an unknown address as for a wrong password', async () => {
  const client = clientOf(system.app)
  const email = someone()
  await client.registered(email)
  const addresses = { known: email, unknown: 'nobody@example.org' }
  const times: Record<keyof typeof addresses, number[]> = { known: [], unknown: [] }
  const rounds = 40
  for (let round = 0; round < rounds; round += 1) {
    // In turns, and each first as often as the other, so that what else the machine does hits both.
    const kinds = (['known', 'unknown'] as const).toSorted(() => (round % 2 === 0 ? 1 : -1))
    for (const kind of kinds) {
      const started = performance.now()
      const { statusCode } = await client.post('login', {
        email: addresses[kind],
        password: 'wrong horse battery',
      })
      times[kind].push(performance.now() - started)
      expect(statusCode).toBe(401)
    }
  }
  const [known, unknown] = [median(times.known), median(times.unknown)]
  // Without the dummy verification the ratio is beyond 5, since Argon2id is nearly all there is to a login.
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2)
})
