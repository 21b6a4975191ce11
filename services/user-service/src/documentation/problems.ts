import { commonProblems, documentedProblems } from '@freehold/runtime/fastify'

/** The documented problems of an operation, as response schemas. */
export const problems = documentedProblems({
  ...commonProblems,
  400: {
    ...commonProblems[400],
    extensions: {
      errors: [
        { in: 'body', pointer: '#/avatarUrl', detail: 'must be an https URL without a user name, or null' },
      ],
    },
  },
  404: {
    description: 'There is no profile with this id.',
    slug: 'profile-not-found',
    title: 'No such profile',
  },
  412: {
    description:
      'The profile has moved on since the version in If-Match. `current` is the profile as it is now.',
    slug: 'version-conflict',
    title: 'Somebody else wrote first',
    extensions: { current: { version: 2, displayName: 'Ada' } },
  },
})
