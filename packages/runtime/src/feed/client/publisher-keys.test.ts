import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { guild, type Guild } from '../../../test/fixtures/guild.js'
import { rejection } from '../../../test/fixtures/rejection.js'
import { Erased } from '../../personal/index.js'
import { publisherKeys } from './publisher-keys.js'

let house: Guild
const purpose = 'guild'

beforeAll(async () => {
  house = await guild()
})
beforeEach(() => {
  house.asked.length = 0
})
afterAll(() => house.drop())

async function person(): Promise<{ subject: string; purpose: string }> {
  const name = { subject: randomUUID(), purpose }
  await house.keys.obtain(name)
  return name
}

describe('keys of a publisher', () => {
  test('are found in the order of the question, however many, and each is asked for once', async () => {
    const there = [await person(), await person()]
    const gone = await person()
    await house.keys.destroy({ subject: gone.subject })
    const nobody = Array.from({ length: 1_200 }, () => ({ subject: randomUUID(), purpose }))
    const names = [...there, ...nobody, gone, ...there]
    const finder = house.publisherKeys().of('guild')
    const expected = await house.keys.find(names)
    expect(await finder.find(names)).toEqual(expected)
    expect(expected.at(-3)).toBeInstanceOf(Erased)
    expect(house.asked).toEqual(['POST /keys', 'POST /keys'])
    expect(await finder.find([gone, ...there])).toEqual(expected.slice(-3))
    expect(house.asked).toHaveLength(2)
  })

  test('are asked for again after a while, and at once where there was none or none is to be remembered', async () => {
    const [name, other] = [await person(), { subject: randomUUID(), purpose }]
    const finder = house.publisherKeys({ rememberMs: 40 }).of('guild')
    await finder.find([name, other])
    await house.keys.obtain(other)
    expect((await finder.find([other]))[0]).toEqual((await house.keys.find([other]))[0])
    expect(house.asked).toHaveLength(2)
    await house.keys.destroy({ subject: name.subject })
    await expect.poll(async () => (await finder.find([name]))[0]).toBeInstanceOf(Erased)
    const always = house.publisherKeys({ rememberMs: 0 }).of('guild')
    house.asked.length = 0
    await always.find([other])
    await always.find([other])
    expect(house.asked).toHaveLength(2)
  })

  test('are forgotten at once when it is heard that somebody was erased, for one purpose or for all', async () => {
    const keys = house.publisherKeys()
    const finder = keys.of('guild')
    const [name, other] = [await person(), await person()]
    await finder.find([name, other])
    await house.keys.destroy({ subject: name.subject })
    keys.forget('guild', { subject: name.subject, purpose: 'treasury' })
    keys.forget('elsewhere', { subject: name.subject })
    expect(await finder.find([name])).not.toEqual([expect.any(Erased)])
    keys.forget('guild', { subject: name.subject, purpose })
    expect((await finder.find([name, other]))[0]).toBeInstanceOf(Erased)
    expect(house.asked).toHaveLength(2)
  })

  test('are not remembered from an answer that may be older than that', async () => {
    const keys = house.publisherKeys()
    const finder = keys.of('guild')
    const name = await person()
    const asking = finder.find([name])
    keys.forget('guild', name)
    await asking
    await house.keys.destroy({ subject: name.subject })
    expect((await finder.find([name]))[0]).toBeInstanceOf(Erased)
  })

  test('are not given to who may not read them, and its error says so', async () => {
    const [name] = [await person()]
    const treasury = { ...name, purpose: 'treasury' }
    const refused = await rejection(house.publisherKeys().of('guild').find([treasury]))
    expect(refused).toMatchObject({
      code: 'FREEHOLD_EVENTS_REFUSED',
      message: expect.stringContaining('treasury'),
    })
    const stranger = await rejection(house.publisherKeys({}, 'stranger').of('guild').find([name]))
    expect(stranger).toMatchObject({ code: 'FREEHOLD_EVENTS_REFUSED' })
  })
})

describe('what is no answer is not believed', () => {
  let server: Server
  let answer = { status: 200, type: 'application/json', text: '' }
  const secret = 'S'.repeat(43)

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.text)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test.each<[string, Partial<typeof answer>]>([
    ['no JSON', { text: secret }],
    ['a list', { text: '[]' }],
    ['no list', { text: '{"keys":{}}' }],
    ['too few', { text: '{"keys":[]}' }],
    ['too many', { text: JSON.stringify({ keys: [null, { key: secret }] }) }],
    ['a short key', { text: JSON.stringify({ keys: [{ key: 'S'.repeat(42) }] }) }],
    ['a long key', { text: JSON.stringify({ keys: [{ key: `${secret}S` }] }) }],
    ['a key that is no base64url', { text: JSON.stringify({ keys: [{ key: `${secret.slice(1)}=` }] }) }],
    ['both', { text: JSON.stringify({ keys: [{ key: secret, erased: true }] }) }],
    ['erased, or not', { text: JSON.stringify({ keys: [{ erased: 'no' }] }) }],
    ['a number', { text: '{"keys":[7]}' }],
    ['a page', { type: 'text/html', text: secret }],
    ['something that is not there', { status: 404, text: '{}' }],
  ])('%s', async (_, given) => {
    answer = { status: 200, type: 'application/json', text: '', ...given }
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const finder = publisherKeys({ identity: house.identityOf('herald'), urlOf: () => url }).of('guild')
    const error = (await rejection(finder.find([{ subject: 'a', purpose }]))) as Error
    expect(error).toMatchObject({ code: 'FREEHOLD_EVENTS_UNREADABLE' })
    expect(JSON.stringify([error, error.message, String(error.cause)])).not.toContain('SSSS')
  })
})
