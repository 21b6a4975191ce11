import { freePort } from '@freehold/embedded'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor, type TestDoor } from '../../test/door.js'
import { httpUpstream, type TestUpstream } from '../../test/upstreams.js'

describe('the health of the door', () => {
  let door: TestDoor
  let notes: TestUpstream
  beforeAll(async () => {
    notes = await httpUpstream(
      (_request, response) => void response.writeHead(503).end('{"secret":"of the service"}'),
    )
    door = await openDoor({ notes, user: new URL(`http://127.0.0.1:${await freePort()}`) })
  })
  afterAll(async () => {
    await door.close()
    await notes.close()
  })

  it('answers when it listens, and says that and which services are not ready', async () => {
    const answer = await door.ask('/health/ready')
    expect(answer.status).toBe(200)
    expect(answer.json()).toEqual({
      status: 'degraded',
      services: { auth: 'ready', user: 'unreachable', notes: 'not ready' },
    })
  })

  it('is plainly ready when all of them are', async () => {
    const well = await httpUpstream((_request, response) => void response.end('{}'))
    const whole = await openDoor({ notes: well, user: well })
    try {
      const answer = await whole.ask('/health/ready')
      expect([answer.status, answer.json()]).toEqual([
        200,
        { status: 'ready', services: { auth: 'ready', user: 'ready', notes: 'ready' } },
      ])
    } finally {
      await whole.close()
      await well.close()
    }
  })

  it('asks the services seldom, however often it is asked itself', async () => {
    const before = notes.seen.length
    await Promise.all(Array.from({ length: 50 }, () => door.ask('/health/ready')))
    expect(notes.seen.length - before).toBeLessThanOrEqual(2)
  })

  it("never shows a service's own health", async () => {
    expect((await door.ask('/health/live')).json()).toEqual({ status: 'alive' })
    for (const path of ['/health/ready/notes', '/health', '/api/health/ready', '/api/notes/health/ready']) {
      expect([401, 404]).toContain((await door.ask(path)).status)
    }
  })
})
