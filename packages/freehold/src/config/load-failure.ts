import { readFileSync } from 'node:fs'
import { FreeholdError } from '@freehold/manifest/errors'
import { locate } from '../migrations/location.js'

interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The error of a configuration that cannot be run, with the place where it is known. */
export function loadFailure(configFile: string, cause: unknown): FreeholdError {
  const { message, place } =
    brokenPackage(cause) ?? syntaxError(cause) ?? missingModule(cause) ?? thrown(cause)
  const at = place ? `${place.file}:${place.line}:${place.column}` : configFile
  return new FreeholdError('FREEHOLD_CONFIG_DOES_NOT_LOAD', {
    message: `${at}: ${message}`,
    details: { file: configFile, ...place },
    cause,
  })
}

interface Failure {
  readonly message: string
  readonly place?: Place | undefined
}

/** Node reads the package.json beside whatever it resolves, and says of its own frames only that it did not parse. */
function brokenPackage(cause: unknown): Failure | undefined {
  if (!(cause instanceof Error)) return undefined
  const [, file] = /(?:Error parsing|Invalid package config) (.+?package\.json)/.exec(cause.message) ?? []
  if (file === undefined) return undefined
  try {
    const text = readFileSync(file, 'utf8')
    const problem = jsonProblem(text)
    if (problem === undefined) return undefined
    return { message: `it is no JSON: ${problem.message}`, place: { file, ...locate(text, problem.index) } }
  } catch {
    return { message: cause.message }
  }
}

function jsonProblem(text: string): { message: string; index: number } | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { message, index: Number(/at position (\d+)/.exec(message)?.[1] ?? text.length) }
  }
}

/** The compiler's report: what, then a line with the place, whose columns count from 0. */
function syntaxError(cause: unknown): Failure | undefined {
  if (!(cause instanceof Error)) return undefined
  const [, message, file, line, column] =
    /^ParseError: (.*?)\s*\n\s*(.+):(\d+):(\d+)/s.exec(cause.message) ?? []
  if (message === undefined || file === undefined) return undefined
  return { message, place: { file, line: Number(line), column: Number(column) + 1 } }
}

function missingModule(cause: unknown): Failure | undefined {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND')) return undefined
  const [message = '', , importer] = cause.message.split('\n')
  return {
    message: `${message}${importer === undefined ? '' : `, imported by ${importer.replace(/^- /, '')}`}`,
  }
}

/** The first place of a stack that is not in somebody else's package or in Node itself. */
function thrown(cause: unknown): Failure {
  if (!(cause instanceof Error)) return { message: `It throws ${JSON.stringify(cause)}.` }
  const frames = (cause.stack ?? '').matchAll(
    /^\s+at (?:.* \()?(?:file:\/\/)?(\/.+|[A-Z]:.+):(\d+):(\d+)\)?$/gm,
  )
  for (const [, file = '', line, column] of frames) {
    if (!file.includes('node_modules')) {
      return {
        message: `${cause.name}: ${cause.message}`,
        place: { file, line: Number(line), column: Number(column) },
      }
    }
  }
  return { message: `${cause.name}: ${cause.message}` }
}
