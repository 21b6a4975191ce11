import { connect, startSealer } from '@freehold/runtime'
import { hasNothingSealed, startEraser } from '@freehold/runtime/erasing'
import { runUntilStopped } from '@freehold/runtime/fastify'
import { feedTransport, publisherKeys } from '@freehold/runtime/feed'
import { serviceIdentity, serviceVerifier } from '@freehold/runtime/identity'
import { fileKeyStore } from '@freehold/runtime/keys'
import { serviceRecording } from '@freehold/runtime/recording'
import { sealKey, startSigner } from '@freehold/runtime/signing'
import { keepWitness, publishCheckpoints } from '@freehold/runtime/witnessing'
import { identity } from '@notes/identity'
import { pino } from 'pino'
import { notesService } from '../ownership.js'
import { notesApp } from './app.js'
import { forgetKeysRegularly } from './idempotency/forgetting.js'
import { forgetWhoLeaves } from './authors/closures.js'
import { keepAuthors } from './authors/projection.js'
import { eraseNotes } from './notes/erase-notes.js'
import { settingsFrom } from './settings.js'

const settings = settingsFrom(process.env)
const logger = pino({ name: 'notes', level: settings.logLevel })
// Not the error itself: pg hangs its client on it, with all that a client knows.
const onIdleError = (error: Error): void =>
  logger.warn({ reason: error.message }, 'a database connection was lost')
const recording = serviceRecording({
  service: 'notes',
  module: import.meta.url,
  env: process.env,
  onError: (error) => logger.warn({ err: error }, 'statements could not be noted'),
})
const sealing = connect({
  ...settings.database,
  applicationName: 'notes-service sealer',
  max: 2,
  // A backlog is sealed in one statement, however long it is.
  statementTimeoutMs: 0,
  onIdleError,
  recording,
})
const sealer = startSealer(notesService, sealing, {
  onError: (error) => logger.warn({ err: error }, 'a log could not be sealed'),
})
const personalKeys = await fileKeyStore({
  service: 'notes',
  ...settings.keyStore,
  create: () => hasNothingSealed(notesService, sealing),
})
const database = connect({
  ...settings.database,
  applicationName: 'notes-service',
  keys: personalKeys,
  onIdleError,
  onCommit: () => sealer.nudge(),
  recording,
})
const stopForgetting = forgetKeysRegularly(database, {
  onError: (error) => logger.warn({ err: error }, 'expired idempotency keys could not be removed'),
})

const eraser = startEraser({
  service: notesService,
  db: database,
  keys: personalKeys,
  erase: eraseNotes,
  onError: (error) => logger.error({ err: error }, 'somebody could not be forgotten'),
})

const callers = identity({
  authUrl: settings.authUrl,
  onFetchError: (error) => logger.warn({ err: error }, 'the keys of the auth-service could not be read'),
})

const others = settings.identity && {
  identity: serviceIdentity({ service: 'notes', ...settings.identity }),
  urlOf: (service: string) => settings.publishers[service] ?? '',
}
const transport = others && feedTransport(others)
const othersKeys = others && publisherKeys(others)

// Without an identity it neither signs, tells nor hears anything; what it has to tell waits in its log.
const exchange = settings.identity &&
  transport &&
  othersKeys && {
    signer: startSigner(notesService, sealing, {
      sealer,
      key: sealKey({ service: 'notes', ...settings.identity }),
      onError: (error) => logger.error({ err: error }, 'a log could not be signed'),
    }),
    feed: { sealer, verifier: serviceVerifier({ service: 'notes', ...settings.identity }) },
    closures: forgetWhoLeaves({
      database,
      transport,
      onLeft: (subject) => othersKeys.forget('user', { subject }),
      onError: (error) => logger.warn({ err: error }, 'a closed account could not be applied'),
    }),
    authors: keepAuthors({
      database,
      transport,
      keys: othersKeys.of('user'),
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
    await exchange?.closures.stop()
    await eraser.stop()
    await Promise.all((exchange?.witnesses ?? []).map((witness) => witness.stop()))
    await exchange?.checkpoints.stop()
    await exchange?.signer.stop()
    await sealer.stop()
    await Promise.all([sealing.close(), database.close()])
  },
})
