import Type from 'typebox'

/** An id, as the service that owns the row gave it. */
export const id = Type.String({ format: 'uuid' })

/** When it happened, in UTC. */
export const instant = Type.String({ format: 'date-time' })

/** The version of the row that the event made: what is older than that is known already. */
export const version = Type.Integer({ minimum: 1 })

/** What a contract does not name does not leave the service, a row spread by mistake least of all. */
export const closed = { additionalProperties: false } as const
