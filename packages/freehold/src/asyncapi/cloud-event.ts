import type { EventContract, JsonSchema } from '@freehold/manifest'

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  minLength: 1,
  description,
  ...more,
})

/** The attributes of every event, whatever carries it: in the JSON of a feed's batch, or as headers `ce-…`. */
export const cloudEvent: JsonSchema = {
  title: 'CloudEvents 1.0 attributes',
  description:
    'Where events travel as JSON (structured mode) these are members beside data; where they travel as messages with headers (binary mode) each is a header that begins with ce-.',
  type: 'object',
  required: [
    'specversion',
    'id',
    'source',
    'type',
    'subject',
    'time',
    'datacontenttype',
    'position',
    'segment',
  ],
  properties: {
    specversion: { type: 'string', const: '1.0' },
    id: text('Names the event. With source it is unique: the same two are the same event.'),
    source: text('The service that published it.', { format: 'uri-reference' }),
    type: text('The contract that the data keeps to.'),
    subject: text('What the event is about. Order is kept among the events of one subject.'),
    time: text('When it was appended.', { format: 'date-time' }),
    datacontenttype: { type: 'string', const: 'application/json' },
    traceparent: text('W3C trace context.'),
    position: text(
      'Its place in the log of its service, in decimals: dense, and the same for every reader.',
      {
        pattern: '^[1-9][0-9]*$',
      },
    ),
    segment: text('The segment of the log that holds the position.', { format: 'uuid' }),
    correlationid: text('The same in everything that followed from one cause.'),
    causationid: text('The id of the event or the request that made this one happen.'),
  },
}

/** What the attributes of an event of this contract are. */
export function attributesOf({ type, key }: EventContract): JsonSchema {
  return {
    type: 'object',
    allOf: [{ $ref: '#/components/schemas/CloudEvent' }],
    properties: {
      type: { type: 'string', const: type },
      subject: { type: 'string', description: `The ${key} of the data.` },
    },
  }
}
