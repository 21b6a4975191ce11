import { problemSchema } from '@freehold/runtime/fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authSystem, type AuthSystem } from './support/auth-system.js'

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: unknown }> }>>
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>
    readonly securitySchemes: unknown
  }
}

let system: AuthSystem
let document: Document

beforeAll(async () => {
  system = await authSystem()
  document = (await system.app.inject('/openapi.json')).json<Document>()
})

afterAll(() => system.close())

test('every endpoint is described, and nothing else', () => {
  expect(document.openapi).toBe('3.1.0')
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  )
  expect(operations.toSorted()).toEqual([
    'delete /api/auth/sessions/{id}',
    'get /api/auth/.well-known/jwks.json',
    'get /api/auth/.well-known/seal-keys',
    'get /api/auth/audit',
    'get /api/auth/audit/{seq}/proof',
    'get /api/auth/sessions',
    'post /api/auth/close',
    'post /api/auth/login',
    'post /api/auth/logout',
    'post /api/auth/password',
    'post /api/auth/refresh',
    'post /api/auth/register',
  ])
})

test('every operation has a name, a tag, and its problems as problem documents', () => {
  for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item))) {
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/)
    expect(operation.tags).toHaveLength(1)
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue
      expect(response.content?.['application/problem+json']?.schema).toEqual({
        $ref: '#/components/schemas/Problem',
      })
    }
  }
  expect(document.components.schemas).toHaveProperty('Problem')
  expect(document.components.securitySchemes).toHaveProperty('accessToken')
})

test('problems are described as in every service', () => {
  const { $id, ...schema } = problemSchema
  expect(document.components.schemas[$id]).toMatchObject(schema)
})

test('it says that an access token outlives its session', () => {
  expect(JSON.stringify(document)).toContain('until they expire')
})
