import { problemSchema } from '@freehold/runtime/fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.js'

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly tags?: string[]
  readonly parameters?: { name: string; in: string; required: boolean }[]
  readonly requestBody?: { content: Record<string, { example?: unknown }> }
  readonly responses: Record<
    string,
    { description: string; headers?: object; content?: Record<string, object> }
  >
}

interface OpenApi {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly tags: { name: string }[]
  readonly security: object[]
  readonly components: { readonly schemas: Record<string, unknown> }
}

let stage: Stage
let document: OpenApi
let operations: [name: string, operation: Operation][]

beforeAll(async () => {
  stage = await openStage()
  document = (await (await fetch(new URL('/openapi.json', stage.origin))).json()) as OpenApi
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  )
})
afterAll(() => stage.close())

it('documents every operation, and nothing else, without asking who reads it', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(document.security).toEqual([{ accessToken: [] }])
  expect(operations.map(([name]) => name).sort()).toEqual([
    'delete /api/notes/{id}',
    'get /api/notes',
    'get /api/notes/audit',
    'get /api/notes/audit/{seq}/proof',
    'get /api/notes/{id}',
    'get /api/notes/{id}/history',
    'patch /api/notes/{id}',
    'post /api/notes',
    'post /api/notes/{id}/restore',
    'put /api/notes/{id}',
  ])
  for (const [name, { operationId, summary, tags = [] }] of operations) {
    expect([operationId, summary], name).toEqual([expect.any(String), expect.any(String)])
    expect(
      document.tags.map((tag) => tag.name),
      name,
    ).toEqual(expect.arrayContaining(tags))
  }
})

it('tells of If-Match and ETag wherever something is changed', () => {
  for (const [name, { parameters = [], responses }] of operations) {
    const changes = /^(put|patch|delete)|restore$/.test(name)
    const ifMatch = parameters.find((parameter) => parameter.name === 'if-match')
    expect(ifMatch?.required, name).toBe(changes ? true : undefined)
    if (!changes) continue
    expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['401', '404', '412', '428', '503']))
    expect(responses['200'] ?? responses['204'], name).toMatchObject({ headers: { etag: expect.anything() } })
  }
})

it('shows an example of every body and of every problem', () => {
  for (const [name, { requestBody, responses }] of operations) {
    for (const media of Object.values(requestBody?.content ?? {})) expect(media.example, name).toBeDefined()
    for (const [status, { content }] of Object.entries(responses)) {
      if (Number(status) < 400) continue
      const media = content?.['application/problem+json']
      expect(media, `${name} ${status}`).toMatchObject({ example: { status: Number(status) } })
    }
  }
})

it('describes problems as every service does', () => {
  const { $id, ...schema } = problemSchema
  expect(document.components.schemas[$id]).toMatchObject(schema)
})

it('refers to nothing that is not there', () => {
  const text = JSON.stringify(document)
  for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    expect(document).toHaveProperty(['components', 'schemas', reference])
  }
  expect(text).not.toContain('"$ref":"Note')
})
