import { isFreeholdError } from '@freehold/manifest/errors'
import { describe, expect, it } from 'vitest'
import { eventSettings } from './identity-files.js'
import { serviceSettings } from './service-settings.js'

const orders = { service: 'orders-service', defaultPort: 9001 }
const least = { DATABASE_URL: 'postgres://orders_app@localhost/orders_db' }

describe('the settings of a service', () => {
  it('need no more than a database', () => {
    expect(serviceSettings(least, orders)).toEqual({
      host: '127.0.0.1',
      port: 9001,
      database: { url: least.DATABASE_URL },
      authUrl: 'http://127.0.0.1:8081',
      logLevel: 'info',
      publishers: {},
    })
  })

  it('come from the environment, the file of the database before its URL', () => {
    const env = {
      ...least,
      HOST: '0.0.0.0',
      PORT: '0',
      DATABASE_URL_FILE: '/credentials/orders.app.env',
      AUTH_URL: 'https://auth.internal',
      LOG_LEVEL: 'silent',
      SERVICE_IDENTITY_FILE: '/credentials/orders.identity.json',
      SERVICE_KEYS_FILE: '/credentials/services.jwks.json',
    }
    expect(serviceSettings(env, orders)).toEqual({
      host: '0.0.0.0',
      port: 0,
      database: { urlFile: '/credentials/orders.app.env' },
      authUrl: 'https://auth.internal',
      logLevel: 'silent',
      publishers: {},
      identity: {
        identityFile: '/credentials/orders.identity.json',
        keysFile: '/credentials/services.jwks.json',
      },
    })
  })

  it('say where the services are that are heard, once it takes part in the exchange of events', () => {
    const hearing = { ...orders, hears: ['auth', 'stock'] }
    const identity = { SERVICE_IDENTITY_FILE: '/identity.json', SERVICE_KEYS_FILE: '/keys.json' }
    expect(serviceSettings({ ...least, ...identity, STOCK_URL: 'http://stock' }, hearing).publishers).toEqual(
      {
        auth: 'http://127.0.0.1:8081',
        stock: 'http://stock',
      },
    )
    expect(serviceSettings(least, hearing).publishers).toEqual({ auth: 'http://127.0.0.1:8081' })
    for (const STOCK_URL of [undefined, '', 'stock'])
      expect(() => serviceSettings({ ...least, ...identity, STOCK_URL }, hearing)).toThrow(
        'STOCK_URL must say',
      )
  })

  it.each(['65536', '-1', '80.5', '80x'])('refuse %s as a port', (PORT) => {
    expect(() => serviceSettings({ ...least, PORT }, orders)).toThrow('orders-service cannot start: PORT')
  })

  it('are refused with everything that is wrong at once', () => {
    let refusal: unknown
    try {
      const env = { PORT: '80x', AUTH_URL: 'auth', LOG_LEVEL: 'loud', SERVICE_KEYS_FILE: '/keys' }
      serviceSettings(env, orders)
    } catch (error) {
      refusal = error
    }
    if (!isFreeholdError(refusal, 'FREEHOLD_ENVIRONMENT_INVALID')) throw refusal
    expect(refusal.message).toMatch(
      /^orders-service cannot start: PORT .*DATABASE_URL_FILE .*AUTH_URL .*LOG_LEVEL .*SERVICE_IDENTITY_FILE /,
    )
    expect(refusal.details['problems']).toHaveLength(5)
  })
})

describe('the settings of the exchange of events', () => {
  const [SERVICE_IDENTITY_FILE, SERVICE_KEYS_FILE] = [
    '/credentials/a.identity.json',
    '/credentials/keys.json',
  ]

  it('are both files, or nothing', () => {
    expect(eventSettings({ SERVICE_IDENTITY_FILE, SERVICE_KEYS_FILE }, orders)).toEqual({
      identityFile: SERVICE_IDENTITY_FILE,
      keysFile: SERVICE_KEYS_FILE,
      publishers: {},
    })
    expect(eventSettings({}, { ...orders, hears: ['stock'] })).toBeUndefined()
  })

  it('say where the services are that are heard', () => {
    const files = { SERVICE_IDENTITY_FILE, SERVICE_KEYS_FILE }
    const hearing = { ...orders, hears: ['stock'] }
    expect(eventSettings({ ...files, STOCK_URL: 'http://stock' }, hearing)).toMatchObject({
      publishers: { stock: 'http://stock' },
    })
    expect(() => eventSettings(files, hearing)).toThrow('STOCK_URL must say where the stock-service is')
  })

  it.each([
    { SERVICE_IDENTITY_FILE },
    { SERVICE_KEYS_FILE },
    { SERVICE_IDENTITY_FILE, SERVICE_KEYS_FILE: '' },
  ])('are refused by halves: %o', (env) => {
    const refusal = /^orders-service cannot start: SERVICE_IDENTITY_FILE and SERVICE_KEYS_FILE must/
    expect(() => eventSettings(env, orders)).toThrow(refusal)
  })
})
