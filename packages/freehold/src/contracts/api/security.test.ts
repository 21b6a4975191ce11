import { expect, test } from 'vitest'
import { saidOf } from '../../../test/fixtures/api-changes.js'
import { api, schemas } from '../../../test/fixtures/notes-api.js'
import { compareApis } from './compare-apis.js'

const bearer = { type: 'http', scheme: 'bearer' }
const key = { type: 'apiKey', in: 'header', name: 'X-Key' }
const oauth = (change: object = {}) => ({
  type: 'oauth2',
  flows: {
    clientCredentials: { tokenUrl: 'https://id/token', scopes: { read: '' } },
    password: { tokenUrl: 'https://id/token', scopes: { read: '' } },
    ...change,
  },
})
const by = (securitySchemes: object, ...security: object[]) =>
  api({
    components: { ...schemas(), securitySchemes },
    security,
    paths: { '/notes/{id}': {} },
  })

test.each([
  [
    'a scheme that is called otherwise',
    by({ token: bearer }, { token: [] }),
    by({ jwt: bearer }, { jwt: [] }),
    [],
  ],
  [
    'a scheme that is another',
    by({ token: bearer }, { token: [] }),
    by({ token: key }, { token: [] }),
    ['error security-added'],
  ],
  [
    'a key that is elsewhere',
    by({ key }, { key: [] }),
    by({ key: { ...key, in: 'query' } }, { key: [] }),
    ['error security-added'],
  ],
  [
    'a key in a header of another case',
    by({ key }, { key: [] }),
    by({ key: { ...key, name: 'x-key' } }, { key: [] }),
    [],
  ],
  [
    'a scheme in other words',
    by({ token: bearer }, { token: [] }),
    by({ token: { ...bearer, scheme: 'Bearer', bearerFormat: 'JWT' } }, { token: [] }),
    [],
  ],
  [
    'one of two ways to a token',
    by({ o: oauth() }, { o: ['read'] }),
    by({ o: oauth({ password: undefined, implicit: {} }) }, { o: ['read'] }),
    ['error security-added'],
  ],
  [
    'tokens from elsewhere',
    by({ o: oauth() }, { o: [] }),
    by({ o: oauth({ password: { tokenUrl: 'https://other' } }) }, { o: [] }),
    ['error security-added'],
  ],
  ['tokens as before', by({ o: oauth() }, { o: [] }), by({ o: oauth() }, { o: [] }), []],
  [
    'nothing that is needed',
    by({ token: bearer }, { token: [] }),
    by({ token: bearer }, { token: [] }, {}),
    ['note security-loosened'],
  ],
  [
    'two instead of one',
    by({ token: bearer, key }, { token: [] }),
    by({ token: bearer, key }, { token: [], key: [] }),
    ['error security-added'],
  ],
])('security: %s', (_name, old, now, expected) => {
  expect(saidOf(old, now)).toEqual(expected)
})

test('says by what clients come in, and with which scopes', () => {
  const [change] = compareApis(by({ token: bearer }, { token: ['write'] }), by({ token: key }, { token: [] }))
  expect(change?.message).toBe(
    'POST /notes: asks for more than token (http bearer) with write, by which clients come in today.',
  )
})
