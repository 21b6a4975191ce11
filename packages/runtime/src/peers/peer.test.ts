import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { gateBefore } from './gate.js'
import { peer } from './peer.js'

async function serving(
  answer: RequestListener,
): Promise<{ server: Server; url: string; asked: () => number }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked }
}

const unavailable = { code: 'FREEHOLD_PEER_UNAVAILABLE', details: { peer: 'notes' } }

it('reads JSON, with the headers it is given, and passes on what is no error of the service', async () => {
  const { url } = await serving(({ url: path, headers }, response) => {
    response.statusCode = path === '/there?a=b' ? 200 : 404
    response.end(JSON.stringify({ path, token: headers.authorization }))
  })
  const notes = peer({ name: 'notes', url })
  expect(await notes.get('/there?a=b', { authorization: 'Bearer x' })).toEqual({
    status: 200,
    body: { path: '/there?a=b', token: 'Bearer x' },
  })
  expect(await notes.get('/gone')).toMatchObject({ status: 404 })
})

it('tries a connection that failed once more, and not a second time', async () => {
  let fails = 1
  const { url, asked } = await serving(({ socket }, response) => {
    if (fails-- > 0) socket.destroy()
    else response.end('{}')
  })
  const notes = peer({ name: 'notes', url })
  expect(await notes.get('/')).toEqual({ status: 200, body: {} })
  expect(asked()).toBe(2)
  fails = 3
  await expect(notes.get('/')).rejects.toMatchObject(unavailable)
  expect([asked(), fails]).toEqual([4, 1])
})

it('is over within its deadline, whether nothing comes or it drips', async () => {
  const { url, asked } = await serving((request, response) => {
    if (request.url === '/drip') {
      const dripping = setInterval(() => response.write(' '), 20)
      response.once('close', () => clearInterval(dripping))
    }
  })
  const notes = peer({ name: 'notes', url, deadlineMs: 200 })
  for (const path of ['/', '/drip']) {
    const began = performance.now()
    await expect(notes.get(path)).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining('in time'),
    })
    expect(performance.now() - began).toBeLessThan(2_000)
  }
  expect(asked()).toBe(2)
})

it.each([
  ['an error of its own', { status: 500, body: '{}' }, 'FREEHOLD_PEER_UNAVAILABLE'],
  ['an outage', { status: 503, body: '{}' }, 'FREEHOLD_PEER_UNAVAILABLE'],
  ['no JSON', { status: 200, body: '<html>' }, 'FREEHOLD_PEER_UNREADABLE'],
  ['no UTF-8', { status: 200, body: Buffer.of(0xff, 0xfe) }, 'FREEHOLD_PEER_UNREADABLE'],
  ['too much', { status: 200, body: `"${'x'.repeat(2_000)}"` }, 'FREEHOLD_PEER_UNREADABLE'],
] as const)('takes %s for no answer, and asks once', async (_name, { status, body }, code) => {
  const { url, asked } = await serving((_request, response) => response.writeHead(status).end(body))
  await expect(peer({ name: 'notes', url, mostBytes: 1_000 }).get('/')).rejects.toMatchObject({ code })
  expect(asked()).toBe(1)
})

it('goes where it is sent on to by nobody', async () => {
  const { url, asked } = await serving((_request, response) =>
    response.writeHead(302, { location: '/other' }).end(),
  )
  await expect(peer({ name: 'notes', url }).get('/')).rejects.toMatchObject(unavailable)
  expect(asked()).toBeLessThanOrEqual(2)
})

it('does not ask what failed so often, until it has had a rest', async () => {
  let isDown = true
  let now = 0
  const { url, asked } = await serving(({ socket }, response) => {
    if (isDown) socket.destroy()
    else response.end('{}')
  })
  const gate = gateBefore({ inFlight: 8, failures: 4, rest: 400, now: () => now })
  const notes = peer({ name: 'notes', url, gate })
  for (let i = 0; i < 5; i += 1) await expect(notes.get('/')).rejects.toMatchObject(unavailable)
  expect(asked()).toBe(4)
  isDown = false
  now = 400
  expect(await notes.get('/')).toMatchObject({ status: 200 })
})

it('is unavailable when nobody has said where it is, or nobody is there', async () => {
  await expect(peer({ name: 'notes', url: undefined }).get('/')).rejects.toMatchObject(unavailable)
  await expect(peer({ name: 'notes', url: 'http://127.0.0.1:1' }).get('/')).rejects.toMatchObject(unavailable)
})
