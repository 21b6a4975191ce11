import type { Steps } from '../change.js'
import type { Plain } from './pointer.js'
import type { Requirement } from './security.js'

/** The methods that a path may have an operation for by a key of its own. */
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const

/** Where an operation is, and what it is. */
export interface Operation {
  /** As it is shown: `GET /notes/{id}`. */
  readonly name: string
  readonly at: Steps
  /** By where they are and how they are called, the ones in a path by their place. */
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly body: Body | undefined
  /** By the status: `200`, `2XX`, `default`. */
  readonly responses: ReadonlyMap<string, Response>
  /** Each of them lets a client in. */
  readonly security: readonly Requirement[]
  /** Requests that the server makes in turn, by their names, addresses and methods. */
  readonly callbacks: ReadonlyMap<string, Operation>
  readonly isDeprecated: boolean
}

/** A parameter, by where it is and how it is called. */
export interface Parameter {
  /** `query parameter limit` */
  readonly name: string
  readonly at: Steps
  readonly isRequired: boolean
  readonly mayBeEmpty: boolean
  /** How a value of it is written: a style, or the media type of its content. */
  readonly style: string
  /** How several values are written; undefined where there is one. */
  readonly lists: 'exploded' | 'joined' | undefined
  /** Whether what is in it is written without quotes, so that nobody can tell a number from its digits. */
  readonly isText: boolean
  readonly schema: unknown
}

/** What is known of a content of one media type. */
export interface Media {
  readonly at: Steps
  readonly schema: unknown
  /** How its members are written, in forms. */
  readonly encoding: Plain
}

/** Contents, by their canonical media type. */
export type Content = ReadonlyMap<string, Media>

/** What a request carries. */
export interface Body {
  readonly at: Steps
  readonly isRequired: boolean
  readonly content: Content
}

/** A header of an answer. */
export interface Header {
  readonly at: Steps
  readonly isRequired: boolean
  readonly isText: boolean
  readonly schema: unknown
}

/** An answer. */
export interface Response {
  readonly at: Steps
  readonly content: Content
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, Header>
}
