import { isFreeholdError } from '@freehold/manifest/errors'
import { runUntilStopped } from '@freehold/runtime/fastify'
import { identity } from '@notes/identity'
import { pino } from 'pino'
import { gatewayApp } from './app.js'
import { EnvironmentInvalid } from './settings/environment-invalid.js'
import { settingsFrom } from './settings/read.js'

async function main(): Promise<void> {
  const settings = settingsFrom(process.env)
  const logger = pino({ name: 'gateway', level: settings.logLevel })
  const verifier = identity({
    authUrl: settings.services.auth,
    onFetchError: (err) => logger.warn({ err }, 'the keys of the auth-service cannot be read'),
  })
  const app = await gatewayApp({ settings, identity: verifier, logger })
  await runUntilStopped(app, { host: settings.host, port: settings.port, onClose: () => Promise.resolve() })
}

main().catch((error: unknown) => {
  process.stderr.write(`${complaint(error)}\n`)
  process.exitCode = 1
})

/** A setting is mended by whoever set it; only what nobody foresaw needs a stack. */
function complaint(error: unknown): string {
  if (error instanceof EnvironmentInvalid) return error.message
  if (isFreeholdError(error)) return `${error.message} ${error.fix}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
