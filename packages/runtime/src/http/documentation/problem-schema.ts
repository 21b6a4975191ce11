/**
 * The JSON Schema of a problem (RFC 9457) with the members that services of Freehold add. Add it to an application
 * with `addSchema`: it is shared by name, so that all services describe one and the same `Problem`.
 */
export const problemSchema = {
  $id: 'Problem',
  description: 'What went wrong (RFC 9457).',
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: {
      type: 'string',
      description: 'What kind of problem it is: branch on this.',
      examples: ['urn:problem-type:version-conflict'],
    },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    requestId: {
      type: 'string',
      description:
        'Names the request in the service’s logs, as X-Request-Id does: name it when you ask for help.',
    },
    errors: {
      type: 'array',
      description: 'What is wrong with the request, place by place.',
      items: {
        type: 'object',
        required: ['in', 'pointer', 'detail'],
        properties: {
          in: { type: 'string', description: 'The part of the request: body, query or header.' },
          pointer: {
            type: 'string',
            description: 'A JSON Pointer in a URI fragment.',
            examples: ['#/title'],
          },
          detail: { type: 'string' },
        },
      },
    },
  },
  additionalProperties: true,
} as const
