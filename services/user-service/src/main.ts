import { connect } from '@freehold/runtime'
import { runUntilStopped } from '@freehold/runtime/fastify'
import { identity } from '@notes/identity'
import { pino } from 'pino'
import { userApp } from './app.js'
import { settingsFrom } from './settings.js'

const settings = settingsFrom(process.env)
const logger = pino({ name: 'user', level: settings.logLevel })
const database = connect({
  ...settings.database,
  applicationName: 'user-service',
  // Not the error itself: pg hangs its client on it, with all that a client knows.
  onIdleError: (error) => logger.warn({ reason: error.message }, 'a database connection was lost'),
})

const callers = identity({
  authUrl: settings.authUrl,
  onFetchError: (error) => logger.warn({ err: error }, 'the keys of the auth-service could not be read'),
})

await runUntilStopped(userApp({ database, identity: callers, logger }), {
  host: settings.host,
  port: settings.port,
  onClose: () => database.close(),
})
