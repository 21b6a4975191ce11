import { connect, startSealer, type Database } from '@freehold/runtime'
import type { Consumer } from '@freehold/runtime/consumers'
import { hasNothingSealed, startEraser } from '@freehold/runtime/erasing'
import { runUntilStopped, type EventSettings } from '@freehold/runtime/fastify'
import { feedTransport } from '@freehold/runtime/feed'
import { serviceIdentity, serviceVerifier } from '@freehold/runtime/identity'
import { fileKeyStore } from '@freehold/runtime/keys'
import { serviceRecording } from '@freehold/runtime/recording'
import { sealKey, startSigner } from '@freehold/runtime/signing'
import { kyselyFor } from '@freehold/runtime/kysely'
import { keepWitness, publishCheckpoints } from '@freehold/runtime/witnessing'
import { pino, type Logger } from 'pino'
import { authService } from '../ownership.js'
import { eraseAccount } from './accounts/erase-account.js'
import { buildApp } from './app.js'
import { configFrom } from './config/config.js'
import { ConfigurationError } from './config/configuration-error.js'
import { openKeys } from './keys/open-keys.js'
import { keyStore } from './keys/key-store.js'
import { checkEvery, scheduleOf, startKeyRotation } from './keys/rotation.js'
import { argon2Passwords } from './passwords/passwords.js'
import type { Tables } from './tables.js'
import { accessTokens } from './tokens/access-tokens.js'

async function main(): Promise<void> {
  const config = configFrom(process.env)
  const logger = pino({ name: 'auth-service', level: config.logLevel })
  const onIdleError = (error: Error): void =>
    logger.warn({ err: error }, 'an idle connection to the database was lost')
  const recording = serviceRecording({
    service: 'auth',
    module: import.meta.url,
    env: process.env,
    onError: (error) => logger.warn({ err: error }, 'statements could not be noted'),
  })
  const sealing = connect({
    ...config.database,
    applicationName: 'auth-service sealer',
    max: 2,
    // A backlog is sealed in one statement, however long it is.
    statementTimeoutMs: 0,
    onIdleError,
    recording,
  })
  const sealer = startSealer(authService, sealing, {
    onError: (error) => logger.warn({ err: error }, 'a log could not be sealed'),
  })
  const signer =
    config.identity &&
    startSigner(authService, sealing, {
      sealer,
      key: sealKey({ service: 'auth', ...config.identity }),
      onError: (error) => logger.error({ err: error }, 'a log could not be signed'),
    })
  const personalKeys = await fileKeyStore({
    service: 'auth',
    ...config.keyStore,
    create: () => hasNothingSealed(authService, sealing),
  })
  const database = connect({
    ...config.database,
    applicationName: 'auth-service',
    keys: personalKeys,
    onIdleError,
    onCommit: () => sealer.nudge(),
    recording,
  })
  const checkpoints =
    config.identity &&
    publishCheckpoints(authService, database, {
      onError: (error) => logger.warn({ err: error }, 'checkpoints could not be told'),
    })
  const witnesses = config.identity ? keepWitnesses(config.identity, database, logger) : []
  const eraser = startEraser({
    service: authService,
    db: database,
    keys: personalKeys,
    erase: eraseAccount,
    onError: (error) => logger.error({ err: error }, 'somebody could not be forgotten'),
  })
  const kysely = kyselyFor<Tables>(database)
  const schedule = scheduleOf(config.keyRotationSeconds * 1000, config.accessTokenSeconds * 1000)
  const store = keyStore(database, kysely, config.keyEncryptionKey)
  const keys = await openKeys({
    store,
    encryptionKey: config.keyEncryptionKey,
    schedule,
    replaceUnreadable: config.replaceUnreadableKeys,
  })
  const rotation = startKeyRotation(keys, checkEvery(schedule), (error) =>
    logger.error({ err: error }, 'the signing keys could not be brought up to date'),
  )
  const app = await buildApp({
    logger,
    database,
    kysely,
    keys,
    passwords: await argon2Passwords(config.passwords),
    tokens: accessTokens(keys, config.accessTokenSeconds, Date.now),
    sessionIdle: config.sessionIdleSeconds * 1000,
    keySetMaxAge: Math.min(300, Math.floor(schedule.lead / 2000)),
    gateways: config.gateways,
    sealKeysFile: config.sealKeysFile,
    now: Date.now,
    ...(config.identity && {
      feed: { sealer, verifier: serviceVerifier({ service: 'auth', ...config.identity }) },
    }),
  })
  await runUntilStopped(app, {
    host: config.host,
    port: config.port,
    onClose: async () => {
      await rotation.stop()
      await eraser.stop()
      await Promise.all(witnesses.map((witness) => witness.stop()))
      await checkpoints?.stop()
      await signer?.stop()
      await sealer.stop()
      await Promise.all([sealing.close(), database.close()])
    },
  })
}

/** Keeps the checkpoints of the other services. */
function keepWitnesses(identity: EventSettings, database: Database, logger: Logger): Consumer[] {
  const transport = feedTransport({
    identity: serviceIdentity({ service: 'auth', ...identity }),
    urlOf: (service) => identity.publishers[service] ?? '',
  })
  return ['user', 'notes'].map((source) =>
    keepWitness({
      service: authService,
      source,
      db: database,
      transport,
      onError: (error) => logger.warn({ err: error, source }, 'checkpoints could not be kept'),
    }),
  )
}

main().catch((error: unknown) => {
  const words =
    error instanceof ConfigurationError
      ? { msg: error.message }
      : { err: error, msg: 'auth-service could not start' }
  pino({ name: 'auth-service' }).fatal(words)
  process.exit(1)
})
