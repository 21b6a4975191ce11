import { join } from 'node:path'
import type { Ports } from '../ports/ports.js'
import type { StateFolder } from '../state/state-folder.js'
import { environmentOf, type Environment } from './environment.js'

/** A process of the system: what runs, and all that it gets to know. */
export interface Program {
  readonly name: string
  /** The file that it runs, below the root. */
  readonly entry: string
  readonly logFile: string
  readonly env: Readonly<Record<string, string>>
}

/** What the programs are made from. */
export interface ProgramParts {
  readonly root: string
  readonly env: Environment
  readonly ports: Ports
  readonly state: StateFolder
  /** The file of the auth-service's secrets. */
  readonly authSecrets: string
  /** Whether those secrets were made just now, so that nothing older can be read with them. */
  readonly newAuthSecrets: boolean
}

/** The services that the start knows how to run. */
export const serviceNames = ['auth', 'user', 'notes'] as const

/** One of them. */
export type ServiceName = (typeof serviceNames)[number]

const settableByService: Readonly<Record<ServiceName, readonly string[]>> = {
  auth: [
    'AUTH_KEY_ROTATION_SECONDS',
    'AUTH_ACCESS_TOKEN_SECONDS',
    'AUTH_SESSION_IDLE_SECONDS',
    'AUTH_PASSWORD_CONCURRENCY',
    'AUTH_PASSWORD_WAITING',
  ],
  user: [],
  notes: [],
}

const settableForGateway = [
  'PUBLIC_URL',
  'CORS_ORIGINS',
  'TRUSTED_PROXIES',
  'RATE_LIMIT_PER_MINUTE',
  'AUTH_RATE_LIMIT_PER_MINUTE',
  'BODY_LIMIT_BYTES',
  'UPSTREAM_MAX_IN_FLIGHT',
  'CLIENT_TIMEOUT_MS',
  'UPSTREAM_TIMEOUT_MS',
]

/** A service, with the credentials of its own app role, its own key, and the public keys of all. */
export function serviceProgram(service: ServiceName, parts: ProgramParts): Program {
  const { root, env, ports, state } = parts
  const ofAuth = {
    AUTH_SECRETS_FILE: parts.authSecrets,
    SEAL_KEYS_FILE: join(state.credentials, 'services.seal-keys'),
    ...(parts.newAuthSecrets ? replaceKeys : {}),
  }
  return {
    name: `${service}-service`,
    entry: join(root, 'services', `${service}-service`, 'dist', 'src', 'main.js'),
    logFile: join(state.logs, `${service}.log`),
    env: environmentOf(env, ['LOG_LEVEL', 'FREEHOLD_RECORD_STATEMENTS', ...settableByService[service]], {
      HOST: '127.0.0.1',
      PORT: String(ports[service]),
      DATABASE_URL_FILE: join(state.credentials, `${service}.app.env`),
      SERVICE_IDENTITY_FILE: join(state.credentials, `${service}.identity.json`),
      SERVICE_KEYS_FILE: join(state.credentials, 'services.jwks.json'),
      KEY_STORE_DIRECTORY: join(state.keys, service),
      KEY_ENCRYPTION_FILE: join(state.credentials, `${service}.key-encryption.json`),
      ...urlsOf(
        serviceNames.filter((other) => other !== service),
        ports,
      ),
      ...(service === 'auth' ? ofAuth : {}),
    }),
  }
}

/** The gateway, which has no database. */
export function gatewayProgram({ root, env, ports, state }: ProgramParts): Program {
  return {
    name: 'gateway',
    entry: join(root, 'services', 'gateway', 'dist', 'main.js'),
    logFile: join(state.logs, 'gateway.log'),
    env: environmentOf(env, ['LOG_LEVEL', ...settableForGateway], {
      HOST: 'localhost',
      PORT: String(ports.gateway),
      ...urlsOf(serviceNames, ports),
    }),
  }
}

// The secret that signing keys were encrypted with is gone: sign with new ones, rather than not at all.
const replaceKeys = { AUTH_REPLACE_UNREADABLE_KEYS: 'yes' }

/** Where services are, by the names under which programs are told. */
function urlsOf(services: readonly ServiceName[], ports: Ports): Record<string, string> {
  return Object.fromEntries(
    services.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[name]}`]),
  )
}
