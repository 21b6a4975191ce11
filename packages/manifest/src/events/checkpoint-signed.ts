import Type, { type Static } from 'typebox'
import { defineEvent, type EventContract } from './event-contract.js'
import { eventTypeParts } from './event-type.js'

const name = 'checkpoint-signed'

const data = Type.Object(
  {
    log: Type.String({ minLength: 1, description: 'The name of the log.' }),
    kind: Type.String({ minLength: 1, description: 'What the log is for, as the manifest says.' }),
    size: Type.Integer({ minimum: 1, description: 'How many segments the checkpoint is of.' }),
    position: Type.Integer({ minimum: 1, description: 'The last position in them.' }),
    note: Type.String({ minLength: 1, description: 'The checkpoint, signed: a note as C2SP has it.' }),
  },
  { additionalProperties: false },
)

/** What a service tells of a checkpoint that it has signed. */
export type CheckpointSigned = Static<typeof data>

/**
 * The event by which a service tells the others how far a log of its own goes, and what is in it. Whoever keeps it can
 * say later whether the log is still the one that it was.
 *
 * @param service - The name of the service that tells it.
 * @returns The contract, for `publishes` of that service and `consumes` of others.
 */
export function checkpointSigned<const Name extends string>(
  service: Name,
): EventContract<CheckpointSigned, `${Name}.checkpoint-signed.v1`> {
  return defineEvent({
    type: `${service}.${name}.v1`,
    key: 'log',
    description: 'A log has a new signed checkpoint.',
    data,
  })
}

/** Whether a type of event is that of checkpoints, of whatever service. */
export function isCheckpointSigned(type: string): boolean {
  return eventTypeParts(type)?.name === name
}
