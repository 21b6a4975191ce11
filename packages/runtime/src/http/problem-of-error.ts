import type { FastifyError } from 'fastify'
import { isFreeholdError, type ErrorCode } from '@freehold/manifest/errors'
import { translateDatabaseError } from '../database/index.js'
import { HttpProblem } from './problem.js'
import { validationProblem } from './validation.js'

/** What Fastify refuses by itself, in words that do not change with its versions. */
const fastifyProblems: Readonly<Record<string, { slug: string; detail: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    slug: 'unsupported-media-type',
    detail: 'Send JSON: content-type: application/json.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    slug: 'body-too-large',
    detail: 'The body is larger than this service takes.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    slug: 'malformed-body',
    detail: 'The body does not have the announced length.',
  },
  FST_ERR_BAD_URL: { slug: 'malformed-url', detail: 'The path is not a valid URL path.' },
  FST_ERR_MAX_PARAM_LENGTH: { slug: 'url-too-long', detail: 'A part of the path is too long.' },
}

const busyCodes = new Set<ErrorCode>([
  'FREEHOLD_DATABASE_UNAVAILABLE',
  'FREEHOLD_CREDENTIALS_REFUSED',
  'FREEHOLD_CONNECTION_STRING_UNREADABLE',
  'FREEHOLD_SERIALIZATION_FAILURE',
  'FREEHOLD_STATEMENT_TIMEOUT',
  'FREEHOLD_TRANSACTION_TIMEOUT',
  'FREEHOLD_KEY_STORE_UNAVAILABLE',
])

/** The problem that a client is told of for an error. What is not expected is a 500 that tells nothing. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (isValidation(error)) return validationProblem(error.validation, error.validationContext)
  return problemOfDatabase(translateDatabaseError(error)) ?? problemOfFramework(error) ?? unexpected(error)
}

function problemOfDatabase(error: unknown): HttpProblem | undefined {
  if (!isFreeholdError(error)) return undefined
  if (error.code === 'FREEHOLD_ENTITY_NOT_FOUND') {
    return new HttpProblem(404, { slug: 'not-found', detail: 'There is nothing here.', cause: error })
  }
  if (error.code === 'FREEHOLD_VERSION_CONFLICT') {
    return new HttpProblem(412, {
      slug: 'version-conflict',
      detail: 'Somebody else wrote first.',
      cause: error,
    })
  }
  if (error.code === 'FREEHOLD_SUBJECT_ERASED') {
    return new HttpProblem(410, {
      slug: 'erased',
      title: 'Gone for good',
      detail: 'This person was erased, and nothing is kept about them any more.',
      cause: error,
    })
  }
  if (error.code === 'FREEHOLD_OUTCOME_UNKNOWN') {
    return new HttpProblem(503, {
      slug: 'outcome-unknown',
      detail: 'The database was lost while it stored this. Look whether it did before you send it again.',
      headers: { 'retry-after': '2' },
      cause: error,
    })
  }
  if (!busyCodes.has(error.code)) return undefined
  return new HttpProblem(503, {
    slug: 'temporarily-unavailable',
    detail: 'The service cannot reach its data at the moment. Try again shortly.',
    headers: { 'retry-after': '2' },
    cause: error,
  })
}

function problemOfFramework(error: unknown): HttpProblem | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return undefined
  const { statusCode } = error
  if (statusCode < 400 || statusCode > 499) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const { slug, detail } = fastifyProblems[code] ?? { slug: undefined, detail: error.message }
  return new HttpProblem(statusCode, { slug, detail, cause: error })
}

function unexpected(cause: unknown): HttpProblem {
  return new HttpProblem(500, { slug: 'internal-error', title: 'Something went wrong here', cause })
}

function isValidation(error: unknown): error is FastifyError & Required<Pick<FastifyError, 'validation'>> {
  return error instanceof Error && 'validation' in error && Array.isArray(error.validation)
}
