import { commonProblems, documentedProblems } from '@freehold/runtime/fastify'

/** The documented problems of an operation, as response schemas. */
export const problems = documentedProblems({
  ...commonProblems,
  400: {
    ...commonProblems[400],
    extensions: { errors: [{ in: 'body', pointer: '#/title', detail: 'is required' }] },
  },
  404: {
    description:
      'There is no note of yours with this id: it never existed, was deleted, or is somebody else’s.',
    slug: 'note-not-found',
    title: 'No such note',
  },
  412: {
    description: 'The note has moved on since the version in If-Match. `current` is the note as it is now.',
    slug: 'version-conflict',
    title: 'Somebody else wrote first',
    extensions: { current: { version: 2, title: 'Groceries' } },
  },
  422: {
    description: 'The Idempotency-Key was used for another request.',
    slug: 'idempotency-key-reused',
    title: 'The Idempotency-Key was used for another request',
  },
})
