import { connect, startSealer } from '@freehold/runtime'
import { runUntilStopped } from '@freehold/runtime/fastify'
import { feedTransport } from '@freehold/runtime/feed'
import { serviceIdentity, serviceVerifier } from '@freehold/runtime/identity'
import { sealKey, startSigner } from '@freehold/runtime/signing'
import { keepWitness, publishCheckpoints } from '@freehold/runtime/witnessing'
import { identity } from '@notes/identity'
import { pino } from 'pino'
import { userService } from '../ownership.js'
import { userApp } from './app.js'
import { consumeRegistrations } from './profiles/from-registrations.js'
import { settingsFrom } from './settings.js'

const settings = settingsFrom(process.env)
const logger = pino({ name: 'user', level: settings.logLevel })
// Not the error itself: pg hangs its client on it, with all that a client knows.
const onIdleError = (error: Error): void =>
  logger.warn({ reason: error.message }, 'a database connection was lost')
const sealing = connect({
  ...settings.database,
  applicationName: 'user-service sealer',
  max: 2,
  statementTimeoutMs: 0,
  onIdleError,
})
const sealer = startSealer(userService, sealing, {
  onError: (error) => logger.warn({ err: error }, 'a log could not be sealed'),
})
const database = connect({
  ...settings.database,
  applicationName: 'user-service',
  onIdleError,
  onCommit: () => sealer.nudge(),
})

const callers = identity({
  authUrl: settings.authUrl,
  onFetchError: (error) => logger.warn({ err: error }, 'the keys of the auth-service could not be read'),
})

const transport =
  settings.identity &&
  feedTransport({
    identity: serviceIdentity({ service: 'user', ...settings.identity }),
    urlOf: (service) => settings.publishers[service] ?? '',
  })

// Without an identity it neither signs, tells nor hears anything; what it has to tell waits in its log.
const exchange = settings.identity &&
  transport && {
    signer: startSigner(userService, sealing, {
      sealer,
      key: sealKey({ service: 'user', ...settings.identity }),
      onError: (error) => logger.error({ err: error }, 'a log could not be signed'),
    }),
    feed: { sealer, verifier: serviceVerifier({ service: 'user', ...settings.identity }) },
    consumer: consumeRegistrations({
      database,
      transport,
      onError: (error) => logger.warn({ err: error }, 'a registration could not be applied'),
    }),
    checkpoints: publishCheckpoints(userService, database, {
      onError: (error) => logger.warn({ err: error }, 'checkpoints could not be told'),
    }),
    witnesses: ['auth', 'notes'].map((source) =>
      keepWitness({
        service: userService,
        source,
        db: database,
        transport,
        onError: (error) => logger.warn({ err: error, source }, 'checkpoints could not be kept'),
      }),
    ),
  }

await runUntilStopped(userApp({ database, identity: callers, logger, feed: exchange?.feed }), {
  host: settings.host,
  port: settings.port,
  onClose: async () => {
    await exchange?.consumer.stop()
    await Promise.all((exchange?.witnesses ?? []).map((witness) => witness.stop()))
    await exchange?.checkpoints.stop()
    await exchange?.signer.stop()
    await sealer.stop()
    await Promise.all([sealing.close(), database.close()])
  },
})
