import { describe, expect, it } from 'vitest'
import {
  commonProblems,
  documentedProblems,
  ifMatchHeaders,
  ifNoneMatchHeaders,
  nameOfShared,
  openapiOptions,
  problemResponse,
} from './index.js'

const problem = { $ref: 'Problem#' }

describe('documented problems', () => {
  const problems = documentedProblems({
    ...commonProblems,
    412: { description: 'It moved on.', slug: 'moved-on', title: 'Moved on', extensions: { current: {} } },
  })

  it('are those that an operation names, each with an example', () => {
    expect(problems(401, 503)).toEqual({
      401: {
        description: commonProblems[401].description,
        content: {
          'application/problem+json': {
            schema: problem,
            example: {
              type: 'urn:problem-type:unauthenticated',
              title: 'Not authenticated',
              status: 401,
            },
          },
        },
      },
      503: expect.objectContaining({ description: commonProblems[503].description }),
    })
  })

  it('show the version as it is now where the client was late', () => {
    expect(problems(412)).toMatchObject({
      412: {
        headers: { etag: { type: 'string' } },
        content: {
          'application/problem+json': {
            example: { type: 'urn:problem-type:moved-on', status: 412, current: {} },
          },
        },
      },
    })
  })

  it('need no example', () => {
    expect(problemResponse('Too large.')).toEqual({
      description: 'Too large.',
      content: { 'application/problem+json': { schema: problem } },
    })
  })
})

describe('the OpenAPI options', () => {
  const { openapi, transform } = openapiOptions({
    title: 'Orders',
    version: '1',
    description: 'Orders of the caller.',
    tags: [{ name: 'orders', description: 'All of them.' }],
    accessToken: 'From the door.',
  })

  it('ask for an access token everywhere', () => {
    expect(openapi).toMatchObject({
      info: { title: 'Orders' },
      components: { securitySchemes: { accessToken: { scheme: 'bearer', description: 'From the door.' } } },
      security: [{ accessToken: [] }],
    })
  })

  it('show If-Match as required, and leave everything else as the routes have it', () => {
    const url = '/api/orders/:id'
    expect(transform({ schema: { headers: ifMatchHeaders }, url })).toEqual({
      schema: { headers: { ...ifMatchHeaders, required: ['if-match'] } },
      url,
    })
    expect(ifMatchHeaders).not.toHaveProperty('required')
    for (const schema of [{}, { headers: ifNoneMatchHeaders }]) {
      expect(transform({ schema, url })).toEqual({ schema, url })
    }
  })

  it('name shared schemas as they are shared', () => {
    expect(nameOfShared({ $id: 'Order' }, undefined, undefined, 3)).toBe('Order')
    expect(nameOfShared({}, undefined, undefined, 3)).toBe('schema-3')
  })
})
