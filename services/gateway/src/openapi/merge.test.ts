import { describe, expect, it } from 'vitest'
import type { ApiDocument, Json, JsonObject } from './document.js'
import { mergeDocuments } from './merge.js'

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })
const operation = (schema: Json, more: JsonObject = {}): JsonObject => ({
  responses: { '200': { description: 'ok', content: { 'application/json': { schema } } } },
  ...more,
})
const document = (paths: ApiDocument['paths'], schemas: JsonObject, more: JsonObject = {}): ApiDocument => ({
  openapi: '3.1.0',
  info: { title: 'a service', version: '1.2.3' },
  paths,
  components: { schemas, ...(more as object) },
})
const at = (value: Json | undefined, ...path: string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, key) => (inner as Record<string, Json> | undefined)?.[key], value)
const schemaOf = (merged: ApiDocument, path: string, method: string): Json | undefined =>
  at(merged.paths[path], method, 'responses', '200', 'content', 'application/json', 'schema')

describe('the merged OpenAPI document', () => {
  const problem = { type: 'object', properties: { title: { type: 'string' } } }
  const notes = document(
    {
      '/api/notes': { get: operation(ref('List'), { operationId: 'list' }), post: operation(ref('Item')) },
      '/api/notes/{id}': { parameters: [{ name: 'id', in: 'path' }], delete: operation(ref('Problem')) },
      '/health/ready': { get: operation({}) },
      '/openapi.json': { get: operation({}) },
      '/api/users/{id}': { get: operation({ description: 'not its own' }) },
    },
    {
      Item: { type: 'object', properties: { title: { type: 'string' } } },
      List: { type: 'object', properties: { items: { type: 'array', items: ref('Item') } } },
      Problem: problem,
    },
  )
  const user = document(
    {
      '/api/users': {
        get: operation(ref('List'), {
          operationId: 'list',
          security: [{ theirs: [] }],
          servers: [{ url: 'http://10.0.0.1' }],
        }),
      },
    },
    {
      Item: { type: 'object', properties: { displayName: { type: 'string' } } },
      // The same text as in notes, and another meaning.
      List: { type: 'object', properties: { items: { type: 'array', items: ref('Item') } } },
      Problem: { properties: problem.properties, type: 'object' },
      Pet: {
        discriminator: { propertyName: 'kind', mapping: { item: '#/components/schemas/Item' } },
        oneOf: [ref('Item')],
      },
    },
    { securitySchemes: { theirs: { type: 'apiKey', in: 'header', name: 'x' } } },
  )
  const auth = document(
    {
      '/api/auth/login': { post: operation({}) },
      '/api/auth/logout': { post: operation({}) },
      '/api/auth/sessions': { get: operation({}) },
    },
    {},
  )
  const merged = mergeDocuments(
    [
      { service: 'auth', prefix: '/api/auth', document: auth },
      { service: 'user', prefix: '/api/users', document: user },
      { service: 'notes', prefix: '/api/notes', document: notes },
    ],
    'https://notes.example',
  )

  it('shows what the door routes, and nothing internal', () => {
    expect(Object.keys(merged.paths)).toEqual([
      '/api/auth/login',
      '/api/auth/logout',
      '/api/auth/sessions',
      '/api/users',
      '/api/notes',
      '/api/notes/{id}',
    ])
    expect(merged).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: 'https://notes.example' }],
      info: { version: '1.2.3' },
    })
    expect(JSON.stringify(merged)).not.toContain('10.0.0.1')
  })

  it('keeps components of one name apart when they differ, in themselves or in what they refer to', () => {
    const schemas = at(merged.components, 'schemas') as Record<string, Json>
    expect(Object.keys(schemas).sort()).toEqual([
      'GatewayProblem',
      'Item',
      'List',
      'NotesItem',
      'NotesList',
      'Pet',
      'Problem',
    ])
    expect(schemaOf(merged, '/api/users', 'get')).toEqual(ref('List'))
    expect(schemaOf(merged, '/api/notes', 'get')).toEqual(ref('NotesList'))
    expect(schemaOf(merged, '/api/notes', 'post')).toEqual(ref('NotesItem'))
    expect(at(schemas.NotesList, 'properties', 'items', 'items')).toEqual(ref('NotesItem'))
    expect(at(schemas.Pet, 'discriminator', 'mapping', 'item')).toBe('#/components/schemas/Item')
    expect(schemaOf(merged, '/api/notes/{id}', 'delete')).toEqual(ref('Problem'))
  })

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(merged)
    for (const [, section = '', name = ''] of text.matchAll(/#\/components\/([^/"]+)\/([^/"]+)/g)) {
      expect(at(merged.components, section, name), `${section}/${name}`).toBeDefined()
    }
  })

  it('says what the door asks for and may answer', () => {
    expect(at(merged.paths['/api/notes'], 'get', 'security')).toEqual([{ bearer: [] }])
    expect(at(merged.paths['/api/users'], 'get', 'security')).toEqual([{ bearer: [] }])
    expect(at(merged.paths['/api/auth/login'], 'post', 'security')).toEqual([])
    expect(at(merged.paths['/api/auth/logout'], 'post', 'security')).toEqual([{ bearer: [] }, {}])
    expect(Object.keys(at(merged.components, 'securitySchemes') as object)).toEqual(['bearer'])
    expect(Object.keys(at(merged.paths['/api/notes'], 'get', 'responses') as object)).toEqual([
      '200',
      '429',
      '502',
      '503',
      '504',
    ])
  })

  it('gives every operation an id of its own, and a tag', () => {
    expect(at(merged.paths['/api/users'], 'get', 'operationId')).toBe('list')
    expect(at(merged.paths['/api/notes'], 'get', 'operationId')).toBe('notes_list')
    expect(at(merged.paths['/api/notes'], 'get', 'tags')).toEqual(['notes'])
  })

  it('says what is missing', () => {
    const partial = mergeDocuments(
      [
        { service: 'auth', prefix: '/api/auth', document: auth },
        { service: 'notes', prefix: '/api/notes', document: undefined },
      ],
      '/',
    )
    expect(partial.info['x-unavailable']).toEqual(['notes'])
    expect(partial.info.description).toContain('cannot be reached now: notes')
    expect(merged.info['x-unavailable']).toBeUndefined()
  })
})
