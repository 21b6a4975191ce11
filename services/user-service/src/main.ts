import { connect, startSealer } from '@freehold/runtime'
import { hasNothingSealed, startEraser } from '@freehold/runtime/erasing'
import { runUntilStopped } from '@freehold/runtime/fastify'
import { feedTransport, publisherKeys } from '@freehold/runtime/feed'
import { serviceIdentity, serviceVerifier } from '@freehold/runtime/identity'
import { fileKeyStore } from '@freehold/runtime/keys'
import { peer } from '@freehold/runtime/peers'
import { serviceRecording } from '@freehold/runtime/recording'
import { sealKey, startSigner } from '@freehold/runtime/signing'
import { keepWitness, publishCheckpoints } from '@freehold/runtime/witnessing'
import { identity } from '@notes/identity'
import { pino } from 'pino'
import { userService } from '../ownership.js'
import { userApp } from './app.js'
import { eraseProfile } from './profiles/erase-profile.js'
import { fillNamesRegularly } from './profiles/fill-names.js'
import { consumeRegistrations } from './profiles/from-registrations.js'
import { settingsFrom } from './settings.js'

const settings = settingsFrom(process.env)
const logger = pino({ name: 'user', level: settings.logLevel })
// Not the error itself: pg hangs its client on it, with all that a client knows.
const onIdleError = (error: Error): void =>
  logger.warn({ reason: error.message }, 'a database connection was lost')
const recording = serviceRecording({
  service: 'user',
  module: import.meta.url,
  env: process.env,
  onError: (error) => logger.warn({ err: error }, 'statements could not be noted'),
})
const sealing = connect({
  ...settings.database,
  applicationName: 'user-service sealer',
  max: 2,
  statementTimeoutMs: 0,
  onIdleError,
  recording,
})
const sealer = startSealer(userService, sealing, {
  onError: (error) => logger.warn({ err: error }, 'a log could not be sealed'),
})
const personalKeys = await fileKeyStore({
  service: 'user',
  ...settings.keyStore,
  create: () => hasNothingSealed(userService, sealing),
})
const database = connect({
  ...settings.database,
  applicationName: 'user-service',
  keys: personalKeys,
  onIdleError,
  onCommit: () => sealer.nudge(),
  recording,
})

const stopFilling = fillNamesRegularly(database, {
  onError: (error) => logger.warn({ err: error }, 'names could not be given their parts'),
})

const eraser = startEraser({
  service: userService,
  db: database,
  keys: personalKeys,
  erase: eraseProfile,
  onError: (error) => logger.error({ err: error }, 'somebody could not be forgotten'),
})

const callers = identity({
  authUrl: settings.authUrl,
  onFetchError: (error) => logger.warn({ err: error }, 'the keys of the auth-service could not be read'),
})

const others = settings.identity && {
  identity: serviceIdentity({ service: 'user', ...settings.identity }),
  urlOf: (service: string) => settings.publishers[service] ?? '',
}
const transport = others && feedTransport(others)
const othersKeys = others && publisherKeys(others)

// Without an identity it neither signs, tells nor hears anything; what it has to tell waits in its log.
const exchange = settings.identity &&
  transport &&
  othersKeys && {
    signer: startSigner(userService, sealing, {
      sealer,
      key: sealKey({ service: 'user', ...settings.identity }),
      onError: (error) => logger.error({ err: error }, 'a log could not be signed'),
    }),
    feed: { sealer, verifier: serviceVerifier({ service: 'user', ...settings.identity }) },
    consumer: consumeRegistrations({
      database,
      transport,
      keys: othersKeys.of('auth'),
      onLeft: (subject) => othersKeys.forget('auth', { subject }),
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

const peers = {
  auth: peer({ name: 'auth', url: settings.authUrl }),
  notes: peer({ name: 'notes', url: settings.publishers['notes'] }),
}

await runUntilStopped(userApp({ database, identity: callers, logger, peers, feed: exchange?.feed }), {
  host: settings.host,
  port: settings.port,
  onClose: async () => {
    await stopFilling()
    await exchange?.consumer.stop()
    await eraser.stop()
    await Promise.all((exchange?.witnesses ?? []).map((witness) => witness.stop()))
    await exchange?.checkpoints.stop()
    await exchange?.signer.stop()
    await sealer.stop()
    await Promise.all([sealing.close(), database.close()])
  },
})
