import { expect, test } from 'vitest'
import { defaultPorts } from '../ports/ports.js'
import { gatewayProgram, serviceNames, serviceProgram } from './programs.js'

const parts = {
  root: '/clone',
  ports: defaultPorts,
  authSecrets: '/state/credentials/auth.secrets.env',
  newAuthSecrets: false,
  state: {
    path: '/state',
    credentials: '/state/credentials',
    data: '/state/data',
    logs: '/state/logs',
    keys: '/state/keys',
    verified: '/state/verified',
    release: () => Promise.resolve(),
  },
  env: {
    PATH: '/bin',
    HOME: '/home/ada',
    AWS_SECRET_ACCESS_KEY: 'somebody else’s',
    FREEHOLD_SERVER_URL: 'postgres://admin:secret@db/postgres',
    DATABASE_URL: 'postgres://wrong',
    NODE_OPTIONS: '--inspect',
    AUTH_ACCESS_TOKEN_SECONDS: '5',
    RATE_LIMIT_PER_MINUTE: '9',
  },
}

test('a service gets what any process needs, and its own', () => {
  expect(serviceProgram('notes', parts).env).toEqual({
    PATH: '/bin',
    HOME: '/home/ada',
    HOST: '127.0.0.1',
    PORT: '8083',
    DATABASE_URL_FILE: '/state/credentials/notes.app.env',
    SERVICE_IDENTITY_FILE: '/state/credentials/notes.identity.json',
    SERVICE_KEYS_FILE: '/state/credentials/services.jwks.json',
    KEY_STORE_DIRECTORY: '/state/keys/notes',
    KEY_ENCRYPTION_FILE: '/state/credentials/notes.key-encryption.json',
    AUTH_URL: 'http://127.0.0.1:8081',
    USER_URL: 'http://127.0.0.1:8082',
  })
  expect(serviceProgram('auth', parts).env).toMatchObject({
    USER_URL: 'http://127.0.0.1:8082',
    NOTES_URL: 'http://127.0.0.1:8083',
  })
})

test('only the auth-service gets its secrets, and only the gateway the limits', () => {
  expect(serviceProgram('auth', parts).env).toMatchObject({
    AUTH_SECRETS_FILE: parts.authSecrets,
    AUTH_ACCESS_TOKEN_SECONDS: '5',
  })
  expect(gatewayProgram(parts).env).toMatchObject({ HOST: 'localhost', RATE_LIMIT_PER_MINUTE: '9' })
  const others = [serviceProgram('user', parts), serviceProgram('notes', parts), gatewayProgram(parts)]
  for (const { env } of others) expect(Object.keys(env)).not.toContain('AUTH_SECRETS_FILE')
})

test.each(serviceNames)('%s-service knows its own files of secrets, and the public keys of all', (name) => {
  const { env } = serviceProgram(name, parts)
  const files = Object.values(env).filter((value) => value.startsWith('/state/credentials/'))
  expect(files.toSorted()).toEqual(
    [
      `/state/credentials/${name}.app.env`,
      `/state/credentials/${name}.identity.json`,
      `/state/credentials/${name}.key-encryption.json`,
      '/state/credentials/services.jwks.json',
      ...(name === 'auth' ? [parts.authSecrets, '/state/credentials/services.seal-keys'] : []),
    ].toSorted(),
  )
  expect(JSON.stringify(env)).not.toMatch(/secret@db|wrong|somebody|inspect/)
})

test('the gateway, which is no service of the manifest, gets no file of credentials at all', () => {
  expect(JSON.stringify(gatewayProgram(parts).env)).not.toContain('/state/credentials/')
})

test('signing keys are replaced only when the secret that encrypts them was made just now', () => {
  expect(serviceProgram('auth', parts).env).not.toHaveProperty('AUTH_REPLACE_UNREADABLE_KEYS')
  expect(serviceProgram('auth', { ...parts, newAuthSecrets: true }).env).toMatchObject({
    AUTH_REPLACE_UNREADABLE_KEYS: 'yes',
  })
})
