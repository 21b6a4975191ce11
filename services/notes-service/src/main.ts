import { connect, startSealer } from '@freehold/runtime'
import { runUntilStopped } from '@freehold/runtime/fastify'
import { feedTransport } from '@freehold/runtime/feed'
import { serviceIdentity, serviceVerifier } from '@freehold/runtime/identity'
import { sealKey, startSigner } from '@freehold/runtime/signing'
import { keepWitness, publishCheckpoints } from '@freehold/runtime/witnessing'
import { identity } from '@notes/identity'
import { pino } from 'pino'
import { notesService } from '../ownership.js'
import { notesApp } from './app.js'
import { forgetKeysRegularly } from './idempotency/forgetting.js'
import { keepAuthors } from './authors/projection.js'
import { settingsFrom } from './settings.js'

const settings = settingsFrom(process.env)
const logger = pino({ name: 'notes', level: settings.logLevel })
// Not the error itself: pg hangs its client on it, with all that a client knows.
const onIdleError = (error: Error): void =>
  logger.warn({ reason: error.message }, 'a database connection was lost')
const sealing = connect({
  ...settings.database,
  applicationName: 'notes-service sealer',
  max: 2,
  // A backlog is sealed in one statement, however long it is.
  statementTimeoutMs: 0,
  onIdleError,
})
const sealer = startSealer(notesService, sealing, {
  onError: (error) => logger.warn({ err: error }, 'a log could not be sealed'),
})
const database = connect({
  ...settings.database,
  applicationName: 'notes-service',
  onIdleError,
  onCommit: () => sealer.nudge(),
})
const stopForgetting = forgetKeysRegularly(database, {
  onError: (error) => logger.warn({ err: error }, 'expired idempotency keys could not be removed'),
})

const callers = identity({
  authUrl: settings.authUrl,
  onFetchError: (error) => logger.warn({ err: error }, 'the keys of the auth-service could not be read'),
})

const transport =
  settings.identity &&
  feedTransport({
    identity: serviceIdentity({ service: 'notes', ...settings.identity }),
    urlOf: (service) => settings.publishers[service] ?? '',
  })

// Without an identity it neither signs, tells nor hears anything; what it has to tell waits in its log.
const exchange = settings.identity &&
  transport && {
    signer: startSigner(notesService, sealing, {
      sealer,
      key: sealKey({ service: 'notes', ...settings.identity }),
      onError: (error) => logger.error({ err: error }, 'a log could not be signed'),
    }),
    feed: { sealer, verifier: serviceVerifier({ service: 'notes', ...settings.identity }) },
    authors: keepAuthors({
      database,
      transport,
      onError: (error) => logger.warn({ err: error }, 'a profile could not be applied'),
    }),
    checkpoints: publishCheckpoints(notesService, database, {
      onError: (error) => logger.warn({ err: error }, 'checkpoints could not be told'),
    }),
    witnesses: ['auth', 'user'].map((source) =>
      keepWitness({
        service: notesService,
        source,
        db: database,
        transport,
        onError: (error) => logger.warn({ err: error, source }, 'checkpoints could not be kept'),
      }),
    ),
  }

await runUntilStopped(notesApp({ database, identity: callers, logger, ...exchange }), {
  host: settings.host,
  port: settings.port,
  onClose: async () => {
    await stopForgetting()
    await exchange?.authors.stop()
    await Promise.all((exchange?.witnesses ?? []).map((witness) => witness.stop()))
    await exchange?.checkpoints.stop()
    await exchange?.signer.stop()
    await sealer.stop()
    await Promise.all([sealing.close(), database.close()])
  },
})
