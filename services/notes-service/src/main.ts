import { connect } from '@freehold/runtime'
import { runUntilStopped } from '@freehold/runtime/fastify'
import { identity } from '@notes/identity'
import { pino } from 'pino'
import { notesApp } from './app.js'
import { forgetKeysRegularly } from './idempotency/forgetting.js'
import { settingsFrom } from './settings.js'

const settings = settingsFrom(process.env)
const logger = pino({ name: 'notes', level: settings.logLevel })
const database = connect({
  ...settings.database,
  applicationName: 'notes-service',
  // Not the error itself: pg hangs its client on it, with all that a client knows.
  onIdleError: (error) => logger.warn({ reason: error.message }, 'a database connection was lost'),
})
const stopForgetting = forgetKeysRegularly(database, {
  onError: (error) => logger.warn({ err: error }, 'expired idempotency keys could not be removed'),
})

const callers = identity({
  authUrl: settings.authUrl,
  onFetchError: (error) => logger.warn({ err: error }, 'the keys of the auth-service could not be read'),
})

await runUntilStopped(notesApp({ database, identity: callers, logger }), {
  host: settings.host,
  port: settings.port,
  onClose: async () => {
    await stopForgetting()
    await database.close()
  },
})
