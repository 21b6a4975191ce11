import { EnvironmentInvalid } from './environment-invalid.js'
import {
  defaultLimits,
  defaultTimeouts,
  type GatewaySettings,
  type Limits,
  type Timeouts,
} from './settings.js'
import { Variables, type Environment } from './variables.js'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const million = 1_000_000

/**
 * The settings that an environment asks for.
 *
 * @param environment - Usually `process.env`.
 * @throws EnvironmentInvalid with everything that is wrong with it.
 */
export function settingsFrom(environment: Environment): GatewaySettings {
  const variables = new Variables(environment)
  const settings: GatewaySettings = {
    host: variables.text('HOST', 'localhost'),
    port: variables.wholeNumber('PORT', { min: 0, max: 65_535 }, 8080),
    logLevel: variables.oneOf('LOG_LEVEL', logLevels, 'info'),
    services: {
      auth: variables.origin('AUTH_URL', 'http://127.0.0.1:8081'),
      user: variables.origin('USER_URL', 'http://127.0.0.1:8082'),
      notes: variables.origin('NOTES_URL', 'http://127.0.0.1:8083'),
    },
    publicUrl: variables.optionalOrigin('PUBLIC_URL'),
    corsOrigins: variables.origins('CORS_ORIGINS'),
    trustedProxies: variables.networks('TRUSTED_PROXIES'),
    limits: limitsFrom(variables),
    timeouts: timeoutsFrom(variables),
  }
  if (variables.problems.length > 0) throw new EnvironmentInvalid(variables.problems)
  return settings
}

function limitsFrom(variables: Variables): Limits {
  const { requests, attempts, body, inFlight, connections } = defaultLimits
  return {
    requests: variables.wholeNumber('RATE_LIMIT_PER_MINUTE', { min: 1, max: million }, requests),
    attempts: variables.wholeNumber('AUTH_RATE_LIMIT_PER_MINUTE', { min: 1, max: million }, attempts),
    body: variables.wholeNumber('BODY_LIMIT_BYTES', { min: 1, max: 64 * 1024 * 1024 }, body),
    inFlight: variables.wholeNumber('UPSTREAM_MAX_IN_FLIGHT', { min: 1, max: million }, inFlight),
    connections,
  }
}

function timeoutsFrom(variables: Variables): Timeouts {
  const request = variables.wholeNumber(
    'CLIENT_TIMEOUT_MS',
    { min: 100, max: 600_000 },
    defaultTimeouts.request,
  )
  const upstream = variables.wholeNumber(
    'UPSTREAM_TIMEOUT_MS',
    { min: 10, max: 600_000 },
    defaultTimeouts.upstream,
  )
  return {
    ...defaultTimeouts,
    upstream,
    answer: Math.max(defaultTimeouts.answer, upstream),
    request,
    head: Math.min(defaultTimeouts.head, request),
  }
}
