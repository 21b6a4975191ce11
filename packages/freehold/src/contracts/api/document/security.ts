import { resolved, type ApiDocument } from './document.js'
import { plain, type Plain } from './pointer.js'

/** One way in: everything that a client has to show, by what it is, whatever it is called. */
export type Requirement = ReadonlyMap<string, Scheme>

/** What a client shows. */
export interface Scheme {
  /** For people: `token (apiKey in header x-token)`. */
  readonly shown: string
  readonly scopes: readonly string[]
}

/** The ways in that a list of requirements opens. Without any, everybody may come in. */
export function requirementsOf(document: ApiDocument, written: unknown): Requirement[] {
  if (!Array.isArray(written) || written.length === 0) return [new Map()]
  return (written as unknown[]).flatMap((each) =>
    Object.entries(plain(each)).reduce<Requirement[]>(
      (ways, [name, scopes]) => {
        const asked = Array.isArray(scopes) ? scopes.map(String) : []
        return ways.flatMap((way) =>
          identitiesOf(document, name).map(
            (identity) => new Map([...way, [identity, { shown: shown(name, identity), scopes: asked }]]),
          ),
        )
      },
      [new Map()],
    ),
  )
}

function shown(name: string, identity: string): string {
  return name === identity ? name : `${name} (${identity})`
}

/** What a scheme is to those who use it; where tokens are had in several ways, each of them. */
function identitiesOf(document: ApiDocument, name: string): string[] {
  const schemes = plain(plain(document.root['components'])['securitySchemes'])
  if (!Object.hasOwn(schemes, name)) return [name]
  const scheme = resolved(document, schemes[name])
  switch (scheme['type']) {
    case 'apiKey':
      return [`apiKey in ${textIn(scheme, 'in')} ${keyName(scheme)}`]
    case 'http':
      return [`http ${textIn(scheme, 'scheme').toLowerCase()}`]
    case 'openIdConnect':
      return [`openIdConnect ${textIn(scheme, 'openIdConnectUrl')}`]
    case 'oauth2': {
      const flows = Object.entries(plain(scheme['flows'])).map(([flow, each]) => flowIn(flow, plain(each)))
      return flows.length > 0 ? flows : ['oauth2']
    }
    default:
      return [textIn(scheme, 'type')]
  }
}

function flowIn(flow: string, urls: Plain): string {
  const named = ['authorizationUrl', 'deviceAuthorizationUrl', 'tokenUrl'].flatMap(
    (key) => textIn(urls, key) || [],
  )
  return ['oauth2', flow, ...named].join(' ')
}

function keyName(scheme: Plain): string {
  const name = textIn(scheme, 'name')
  return scheme['in'] === 'header' ? name.toLowerCase() : name
}

function textIn(value: Plain, key: string): string {
  return typeof value[key] === 'string' ? value[key] : ''
}
