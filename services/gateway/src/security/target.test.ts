import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange, parsed } from '../../test/asking.js'
import { openDoor, type TestDoor } from '../../test/door.js'
import { targetRefusal } from './target.js'

const tricks = [
  '//openapi.json',
  '/api/notes//1',
  '/api/notes/../../openapi.json',
  '/api/notes/..',
  '/api/notes/./1',
  '/api/notes/..%2f..%2fopenapi.json',
  '/api/notes/%2e%2e/%2e%2e/openapi.json',
  '/api/notes/.%2e/health/live',
  '/api/notes/%2e%2e%2fauth%2fsessions',
  '/api/notes/..\\..\\openapi.json',
  '/api/notes/%5c..%5copenapi.json',
  '/api/notes/%252e%252e/openapi.json',
  '/api/notes/%00',
  '/api/notes/1%00.json',
  '/api/notes/%0d%0aX-Injected:%201',
  '/api/notes/%7f',
  '/api/notes/%',
  '/api/notes/%zz',
  '/api/notes/%c0%ae%c0%ae/',
  '/api/notes/%ff',
  '/api/notes#/../../openapi.json',
  '/api/auth/%6cogin',
  '/%61pi/notes',
  'http://127.0.0.1:1/openapi.json',
  'http://notes/api/notes',
  'api/notes',
  '*',
  '@127.0.0.1/openapi.json',
  '/api/notes/"quoted"',
  '/api/notes/a|b',
  '/api/notes?q=a#b',
]

describe('request targets', () => {
  let door: TestDoor
  let token: string
  beforeAll(async () => {
    door = await openDoor()
    token = await door.signer.token()
  })
  afterAll(() => door.close())

  it.each(tricks)('refuses %s before any service hears of it', async (target) => {
    const answer = await exchange(
      door.port,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    )
    const { status, head, problem } = parsed(answer)
    expect(status).toBe(400)
    expect(head).toContain('content-type: application/problem+json')
    expect(head).toContain('x-request-id: ')
    expect(problem.type).toMatch(/^urn:problem-type:malformed-(url|request)$/)
    expect([...door.services.user.seen, ...door.services.notes.seen]).toEqual([])
    expect(door.services.auth.seen.filter(({ url }) => !url.endsWith('jwks.json'))).toEqual([])
  })

  it('answers 414 to an address that is too long', async () => {
    expect(await door.askAsAda(`/api/notes?q=${'a'.repeat(9000)}`)).toMatchObject({ status: 414 })
  })

  it.each([
    '/api/notes',
    '/api/notes/',
    '/api/notes/a%20b',
    '/api/notes/%C3%A4',
    "/api/notes/a:b@c!$&'()*+,;=~-._",
    '/api/notes?q=%2e%2e%2f%00&r=<"|>',
  ])('lets %s through as it is', async (target) => {
    const before = door.services.notes.seen.length
    const answer = await exchange(
      door.port,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(door.services.notes.seen.slice(before).map(({ url }) => url)).toEqual([target])
  })

  it('lets only paths through that all readers understand alike', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2f',
      '%2E',
      '%5C',
      '%00',
      '%61',
      '%',
      '%C3%A4',
      '\\',
      'api',
      'notes',
      'auth',
      ';',
      '#',
      '%25',
      ' ',
      'é',
    )
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`)
    const property = fc.property(path, (target) => {
      if (targetRefusal(target) !== undefined) return
      const url = new URL(target, 'http://service')
      expect(url.pathname).toBe(target)
      const decoded = decodeURIComponent(target)
      expect(new URL(decoded, 'http://service').pathname.split('/')).toHaveLength(target.split('/').length)
      expect(decoded.split('/')).not.toContain('..')
    })
    fc.assert(property, { numRuns: 2000, verbose: true })
  })
})
