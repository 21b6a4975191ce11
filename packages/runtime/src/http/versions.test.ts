import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemIn } from '../../test/fixtures/service-app.js'
import { items, workshop, type Item, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { VersionConflict } from '../entities/index.js'
import { conflictProblem, createServiceApp, expectedVersion, sendVersioned } from './index.js'

let shop: Workshop
let db: Database
let app: FastifyInstance

const represent = ({ id, name, version }: Item): object => ({ id, name, version })

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
  app = createServiceApp({ name: 'versions', logger: false })
  app.get<{ Params: { id: string } }>('/items/:id', async (request, reply) => {
    const item = await items.find(db, request.params.id)
    if (item === undefined) {
      reply.callNotFound()
      return
    }
    return sendVersioned(request, reply, item.version, represent(item))
  })
  app.put<{ Params: { id: string }; Body: { name: string } }>('/items/:id', async (request, reply) => {
    const { id: key } = request.params
    try {
      const item = await items.update(db, {
        key,
        expectedVersion: expectedVersion(request),
        set: request.body,
      })
      return await sendVersioned(request, reply, item.version, represent(item))
    } catch (error) {
      throw error instanceof VersionConflict
        ? conflictProblem(error as VersionConflict<Item>, represent)
        : error
    }
  })
})

afterAll(async () => {
  await app.close()
  await shop.drop()
})

const newItem = () => items.insert(db, { id: randomUUID(), owner: 'ann', name: 'x' })

const put = (id: string, ifMatch?: string) =>
  app.inject({
    method: 'PUT',
    url: `/items/${id}`,
    payload: { name: 'y' },
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
  })

describe('a versioned write', () => {
  test('with the version that was read succeeds and answers with the next', async () => {
    const { id } = await newItem()
    const response = await put(id, '"1"')
    expect(response.statusCode).toBe(200)
    expect(response.headers.etag).toBe('"2"')
    expect(response.json()).toEqual({ id, name: 'y', version: 2 })
  })

  test('without a version is asked for one', async () => {
    const { id } = await newItem()
    expect(problemIn(await put(id))).toMatchObject({
      status: 428,
      type: 'urn:problem-type:precondition-required',
    })
  })

  test('with a stale one is told what is there now', async () => {
    const { id } = await newItem()
    await put(id, '"1"')
    const response = await put(id, '"1"')
    expect(problemIn(response)).toMatchObject({
      status: 412,
      type: 'urn:problem-type:version-conflict',
      current: { id, name: 'y', version: 2 },
    })
    expect(response.headers.etag).toBe('"2"')
  })

  test.for([
    ['*', 200],
    ['"7", "1"', 200],
    ['"abc", "1"', 200],
    ['"1+7"', 200],
    ['"2+1"', 412],
    ['"1+"', 412],
    ['"1+x"', 412],
    ['W/"1"', 412],
    ['"01"', 412],
    ['"1 "', 400],
    ['"99999999999"', 412],
    ['"2147483648"', 412],
    ['"0"', 412],
    ['"-1"', 412],
    ['""', 412],
    ['1', 400],
    ['', 400],
    ['*, "1"', 400],
    ['"1" or true', 400],
  ] as const)('with If-Match: %s is %i', async ([ifMatch, status]) => {
    const { id } = await newItem()
    const response = await put(id, ifMatch)
    expect(response.statusCode).toBe(status)
    if (status !== 200) problemIn(response)
  })

  test('of what is not there is 404', async () => {
    expect(problemIn(await put(randomUUID(), '"1"'))).toMatchObject({ status: 404 })
    expect(problemIn(await put(randomUUID(), '*'))).toMatchObject({ status: 404 })
  })
})

describe('a versioned read', () => {
  test('carries its ETag, and is not repeated to who has it', async () => {
    const { id } = await newItem()
    const get = (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
      app.inject({ method, url: `/items/${id}`, headers })
    expect((await get({})).headers.etag).toBe('"1"')
    for (const held of ['"1"', 'W/"1"', '"5", "1"', '*']) {
      const response = await get({ 'if-none-match': held })
      expect([response.statusCode, response.body, response.headers.etag]).toEqual([304, '', '"1"'])
      expect((await get({ 'if-none-match': held }, 'HEAD')).statusCode).toBe(304)
    }
    for (const other of ['"2"', 'nonsense', '']) {
      expect((await get({ 'if-none-match': other })).statusCode).toBe(200)
    }
  })
})
