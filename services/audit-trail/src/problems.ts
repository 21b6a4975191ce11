import { commonProblems, documentedProblems, HttpProblem } from '@freehold/runtime/fastify'

/** The documented problems of these operations, as response schemas. */
export const auditProblems = documentedProblems({
  ...commonProblems,
  400: {
    ...commonProblems[400],
    extensions: { errors: [{ in: 'query', pointer: '#/limit', detail: 'must be at most 100' }] },
  },
  404: {
    description: 'There is no entry of yours with this seq, or it has no proof any more.',
    slug: 'entry-not-found',
    title: 'No such entry',
  },
  409: {
    description: 'The entry is not signed yet: a few seconds. Retry-After says when to try again.',
    slug: 'proof-pending',
    title: 'Not signed yet',
  },
})

/** The answer for an entry that does not exist or is somebody else's: one and the same. */
export function entryNotFound(): HttpProblem {
  return new HttpProblem(404, {
    slug: 'entry-not-found',
    title: 'No such entry',
    detail: 'There is no entry of yours with this seq.',
  })
}

/** The answer for an entry beside which entries were archived. */
export function proofArchived(): HttpProblem {
  return new HttpProblem(404, {
    slug: 'proof-archived',
    title: 'No proof any more',
    detail: 'Entries beside this one were archived, so that it cannot be proven from what is left.',
  })
}

/** The answer for an entry that was written just now. */
export function proofPending(): HttpProblem {
  return new HttpProblem(409, {
    slug: 'proof-pending',
    title: 'Not signed yet',
    detail: 'The entry was written just now and is not signed yet.',
    headers: { 'retry-after': '1' },
  })
}
