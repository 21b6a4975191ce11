import { describe, expect, it } from 'vitest'
import { settingsFrom } from './settings.js'

describe('the settings of the notes-service', () => {
  it('need no more than a database', () => {
    expect(settingsFrom({ DATABASE_URL_FILE: '/credentials/notes.app.env' })).toEqual({
      host: '127.0.0.1',
      port: 8083,
      database: { urlFile: '/credentials/notes.app.env' },
      authUrl: 'http://127.0.0.1:8081',
      logLevel: 'info',
      publishers: { auth: 'http://127.0.0.1:8081' },
    })
  })

  it('say everything that is wrong at once', () => {
    expect(() => settingsFrom({ PORT: '80x', AUTH_URL: 'auth', LOG_LEVEL: 'loud' })).toThrow(
      /notes-service cannot start: PORT.*DATABASE_URL_FILE.*AUTH_URL.*LOG_LEVEL/,
    )
  })
})
