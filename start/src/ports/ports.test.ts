import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { checkPorts, portFlags, settlePorts, type Ports } from './ports.js'

const none: Ports = { gateway: 0, auth: 0, user: 0, notes: 0, postgres: 0 }

test('every 0 becomes a port of its own, and what is named stays', async () => {
  const ports = await settlePorts({ ...none, auth: 4711 })
  expect(ports.auth).toBe(4711)
  expect(Object.values(ports).every((port) => port > 0)).toBe(true)
  expect(new Set(Object.values(ports)).size).toBe(5)
})

test.each(['gateway', 'auth', 'user', 'notes'] as const)(
  'a taken port of %s is named, with the flag that changes it',
  async (name) => {
    const ports = await settlePorts(none)
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(ports[name], '127.0.0.1', resolve))
    try {
      await expect(checkPorts(ports, true, 150)).rejects.toMatchObject({
        code: 'FREEHOLD_PORT_IN_USE',
        message: expect.stringContaining(`Port ${ports[name]}`) as string,
        fix: expect.stringContaining(`${portFlags[name]} <number>`) as string,
      })
    } finally {
      squatter.close()
    }
  },
)

test('all taken ports are named at once', async () => {
  const ports = await settlePorts(none)
  const squatters = [ports.auth, ports.notes, ports.postgres].map((port) =>
    createServer().listen(port, '127.0.0.1'),
  )
  await Promise.all(squatters.map((squatter) => once(squatter, 'listening')))
  try {
    const error: unknown = await checkPorts(ports, true, 0).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      fix: expect.stringMatching(
        /--auth-port <number> --notes-port <number> --postgres-port <number>$/,
      ) as string,
    })
    expect(String(error)).toContain(`Port ${ports.auth}, which auth-service needs (--auth-port)`)
    expect(String(error)).toContain(`Port ${ports.notes}, which notes-service needs (--notes-port)`)
    expect(String(error)).not.toContain('user-service')
  } finally {
    for (const squatter of squatters) squatter.close()
  }
})

test('a port that becomes free within moments is waited for', async () => {
  const ports = await settlePorts(none)
  const leaving = createServer()
  await new Promise<void>((resolve) => leaving.listen(ports.user, '127.0.0.1', resolve))
  setTimeout(() => leaving.close(), 300)
  await checkPorts(ports, true)
})
