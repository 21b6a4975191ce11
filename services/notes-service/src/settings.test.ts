import { describe, expect, it } from 'vitest'
import { settingsFrom } from './settings.js'

describe('the settings of the notes-service', () => {
  it('need no more than a database and a key store', () => {
    const env = {
      DATABASE_URL_FILE: '/credentials/notes.app.env',
      KEY_STORE_DIRECTORY: '/keys/notes',
      KEY_ENCRYPTION_FILE: '/credentials/notes.key-encryption.json',
    }
    expect(settingsFrom(env)).toEqual({
      host: '127.0.0.1',
      port: 8083,
      database: { urlFile: '/credentials/notes.app.env' },
      authUrl: 'http://127.0.0.1:8081',
      logLevel: 'info',
      publishers: { auth: 'http://127.0.0.1:8081' },
      keyStore: { directory: '/keys/notes', encryption: '/credentials/notes.key-encryption.json' },
    })
  })

  it('say everything that is wrong at once', () => {
    expect(() => settingsFrom({ PORT: '80x', AUTH_URL: 'auth', LOG_LEVEL: 'loud' })).toThrow(
      /notes-service cannot start: PORT.*DATABASE_URL_FILE.*AUTH_URL.*LOG_LEVEL.*KEY_STORE_DIRECTORY.*KEY_ENCRYPTION_FILE/,
    )
  })
})
