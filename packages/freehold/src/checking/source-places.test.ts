import { describe, expect, it } from 'vitest'
import { placesIn } from './source-places.js'

const json = `{
  "openapi": "3.1.0",
  "paths": {
    "/notes": {
      "get": { "parameters": [{ "name": "a" },
        { "name": "b" }] }
    }
  }
}`
const yaml = `openapi: 3.1.0
paths:
  /notes:
    get:
      responses:
        200: { description: all }
`

describe('the place of a part of a document', () => {
  it.each([
    ['in JSON', json, ['paths', '/notes', 'get'], 5, 7],
    ['in a list', json, ['paths', '/notes', 'get', 'parameters', 1], 6, 9],
    ['in YAML', yaml, ['paths', '/notes', 'get'], 4, 5],
    ['by a number that is a name', yaml, ['paths', '/notes', 'get', 'responses', '200'], 6, 9],
    ['that is gone', yaml, ['paths', '/tags', 'get'], 2, 1],
    ['of the whole', yaml, [], 1, 1],
    ['beyond a value', yaml, ['openapi', 'x', 'y'], 1, 1],
    ['on one line', '{"paths":{"/notes":{}}}', ['paths', '/notes'], 1, 11],
  ])('%s', (_name, text, steps, line, column) => {
    expect(placesIn({ file: 'api', text })(steps)).toEqual({ file: 'api', line, column })
  })

  it('is the file where nothing is', () => {
    expect(placesIn({ file: 'api', text: '' })(['paths'])).toMatchObject({ file: 'api', line: 1 })
  })
})
