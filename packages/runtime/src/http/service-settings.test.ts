import { isFreeholdError } from '@freehold/manifest/errors'
import { describe, expect, it } from 'vitest'
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
    }
    expect(serviceSettings(env, orders)).toEqual({
      host: '0.0.0.0',
      port: 0,
      database: { urlFile: '/credentials/orders.app.env' },
      authUrl: 'https://auth.internal',
      logLevel: 'silent',
    })
  })

  it.each(['65536', '-1', '80.5', '80x'])('refuse %s as a port', (PORT) => {
    expect(() => serviceSettings({ ...least, PORT }, orders)).toThrow('orders-service cannot start: PORT')
  })

  it('are refused with everything that is wrong at once', () => {
    let refusal: unknown
    try {
      serviceSettings({ PORT: '80x', AUTH_URL: 'auth', LOG_LEVEL: 'loud' }, orders)
    } catch (error) {
      refusal = error
    }
    if (!isFreeholdError(refusal, 'FREEHOLD_ENVIRONMENT_INVALID')) throw refusal
    expect(refusal.message).toMatch(
      /^orders-service cannot start: PORT .*DATABASE_URL_FILE .*AUTH_URL .*LOG_LEVEL /,
    )
    expect(refusal.details['problems']).toHaveLength(4)
  })
})
