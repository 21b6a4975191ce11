import { describe, expect, it } from 'vitest'
import { EnvironmentInvalid } from './environment-invalid.js'
import { settingsFrom } from './read.js'

describe('the environment of the gateway', () => {
  it('has a default for everything', () => {
    const settings = settingsFrom({})
    expect(settings).toMatchObject({
      host: 'localhost',
      port: 8080,
      corsOrigins: [],
      trustedProxies: [],
      publicUrl: undefined,
      limits: { requests: 60_000, attempts: 600 },
      timeouts: { upstream: 10_000 },
    })
    expect(Object.values(settings.services).map((url) => (url as URL).origin)).toEqual([
      'http://127.0.0.1:8081',
      'http://127.0.0.1:8082',
      'http://127.0.0.1:8083',
    ])
  })

  it('can be set', () => {
    const settings = settingsFrom({
      HOST: '0.0.0.0',
      PORT: '9090',
      NOTES_URL: 'https://notes.internal',
      PUBLIC_URL: 'https://notes.example/',
      CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      TRUSTED_PROXIES: 'loopback,10.0.0.0/8,fd00::/8',
      RATE_LIMIT_PER_MINUTE: '300',
      AUTH_RATE_LIMIT_PER_MINUTE: '10',
      UPSTREAM_TIMEOUT_MS: '2500',
      BODY_LIMIT_BYTES: '',
    })
    expect(settings.publicUrl?.origin).toBe('https://notes.example')
    expect(settings).toMatchObject({
      port: 9090,
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
      trustedProxies: ['loopback', '10.0.0.0/8', 'fd00::/8'],
      limits: { requests: 300, attempts: 10, body: 1_310_720 },
      timeouts: { upstream: 2_500 },
    })
  })

  it('is refused with everything that is wrong with it, one line each', () => {
    const environment = {
      PORT: '80a',
      AUTH_URL: 'http://auth/base',
      USER_URL: 'ftp://user',
      NOTES_URL: 'notes:8083',
      PUBLIC_URL: 'http://user:secret@host',
      CORS_ORIGINS: 'https://ok.example,nonsense',
      TRUSTED_PROXIES: '10.0.0.0/64',
      RATE_LIMIT_PER_MINUTE: '0',
      AUTH_RATE_LIMIT_PER_MINUTE: '-5',
      UPSTREAM_TIMEOUT_MS: '1e3',
      LOG_LEVEL: 'loud',
    }
    let refusal: unknown
    try {
      settingsFrom(environment)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(EnvironmentInvalid)
    const { problems, message } = refusal as EnvironmentInvalid
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(Object.keys(environment).sort())
    expect(message).toContain('PORT must be a whole number from 0 to 65535; it is "80a".')
  })
})
