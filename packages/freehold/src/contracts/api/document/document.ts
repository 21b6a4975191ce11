import { FreeholdError } from '@freehold/manifest/errors'
import { faultsOf } from './faults.js'
import { plain, referredTo, type Plain } from './pointer.js'

/** An OpenAPI document 3.x. */
export interface ApiDocument {
  readonly root: Plain
  /** Version 3.0 has a dialect of JSON Schema of its own. */
  readonly is30: boolean
}

const mostFaults = 3

/**
 * Takes a value for an OpenAPI document.
 *
 * @param name - How it is called in an error: a file, or a release.
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE` when it is none of version 3, or refers to what it does not have: what
 *   cannot be seen would not be compared.
 */
export function apiDocument(value: unknown, name: string): ApiDocument {
  const root = plain(value)
  const { openapi } = root
  if (typeof openapi !== 'string' || !/^3\.[0-2](?:\.|$)/.test(openapi))
    throw unreadable(name, `${name} is no OpenAPI document of version 3${versionIn(root)}.`)
  const faults = faultsOf(root)
  if (faults.length === 0) return { root, is30: openapi.startsWith('3.0') }
  const more = faults.length > mostFaults ? [`and ${faults.length - mostFaults} more`] : []
  const said = [...faults.slice(0, mostFaults), ...more].join('; ')
  throw unreadable(name, `${name} cannot be compared: ${said}.`)
}

function versionIn({ openapi, swagger }: Plain): string {
  const [key, version] = openapi === undefined ? ['swagger', swagger] : ['openapi', openapi]
  if (typeof version !== 'string' && typeof version !== 'number') return ''
  const isUnquoted = key === 'openapi' && typeof version === 'number'
  return `: it says \`${key}: ${version}\`${isUnquoted ? ', which is a number without quotes' : ''}`
}

function unreadable(document: string, message: string): FreeholdError {
  return new FreeholdError('FREEHOLD_OPENAPI_UNREADABLE', { message, details: { document } })
}

/** What a value is, or what it refers to inside of the document. */
export function resolved({ root }: ApiDocument, value: unknown): Plain {
  let found = plain(value)
  // A reference may lead to another, and in a broken document to itself.
  for (let steps = 0; typeof found['$ref'] === 'string' && steps < 16; steps += 1)
    found = plain(referredTo(root, found['$ref']))
  return found
}
