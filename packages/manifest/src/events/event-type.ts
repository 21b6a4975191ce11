import { identifier } from '../identifier.js'

/** Longest event type, in characters. It is a column of every log and an address of every transport. */
export const longestEventType = 128

const grammar = `(${identifier})\\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\\.v([1-9][0-9]*)`
const typeOnly = new RegExp(`^${grammar}$`)

/** The grammar of an event type as one pattern, for the JSON Schema. */
export const eventTypePattern = `^(?=.{1,${longestEventType}}$)${grammar}$`

/** What an event type says. */
export interface EventTypeParts {
  /** The service that publishes it. */
  readonly service: string
  /** What happened: `note-revised`. */
  readonly name: string
  /** Counts up from 1 whenever the contract changes in a way that breaks a consumer. */
  readonly version: number
}

/**
 * Takes an event type apart: `notes.note-revised.v1` is version 1 of `note-revised` of the service `notes`.
 *
 * @returns Nothing when it is no event type: `<service>.<kebab-name>.v<1 or more>`, 128 characters at most.
 */
export function eventTypeParts(type: string): EventTypeParts | undefined {
  const [, service, name, version] = (type.length <= longestEventType && typeOnly.exec(type)) || []
  if (service === undefined || name === undefined) return undefined
  return { service, name, version: Number(version) }
}
