import { problemType } from '../problem.js'

/** What a status means in an API, and a problem that comes with it. */
export interface ProblemMeaning {
  readonly description: string
  /** Of the example's `type`: `urn:problem-type:<slug>`. */
  readonly slug: string
  readonly title: string
  /** Further members of the example. */
  readonly extensions?: object
}

/** What the statuses mean that `createServiceApp` and its conventions answer in every service. */
export const commonProblems = {
  400: {
    description: 'The request is malformed, or a field has a value that it cannot have. `errors` says which.',
    slug: 'invalid-request',
    title: 'The request is not valid',
  },
  401: {
    description: 'There is no access token, or it is not valid any more.',
    slug: 'unauthenticated',
    title: 'Not authenticated',
  },
  410: {
    description:
      'The person was erased: they closed their account, and their access token has not expired yet.',
    slug: 'erased',
    title: 'Gone for good',
  },
  413: {
    description: 'The request body is too large.',
    slug: 'body-too-large',
    title: 'Payload Too Large',
  },
  415: {
    description: 'The request body is not of a content type that this operation takes.',
    slug: 'unsupported-media-type',
    title: 'Unsupported Media Type',
  },
  428: {
    description: 'If-Match is missing: say which version you are changing.',
    slug: 'precondition-required',
    title: 'Precondition Required',
  },
  503: {
    description: 'The service cannot work at the moment. Retry-After says when to try again.',
    slug: 'temporarily-unavailable',
    title: 'Service Unavailable',
  },
} as const satisfies Record<number, ProblemMeaning>

/**
 * Documents problems by their status.
 *
 * @param meanings - What each status means; usually {@link commonProblems} and the API's own.
 * @returns Gives the response schemas of an operation that answers with these statuses.
 */
export function documentedProblems<Status extends number>(
  meanings: Readonly<Record<Status, ProblemMeaning>>,
): (...statuses: readonly Status[]) => Record<string, object> {
  return (...statuses) =>
    Object.fromEntries(statuses.map((status) => [status, withExample(status, meanings[status])]))
}

/**
 * The response schema of a problem. It refers to `Problem#`, which `problemSchema` is.
 *
 * @param description - When it is answered.
 * @param example - A problem.
 */
export function problemResponse(description: string, example?: object): object {
  const media = { schema: { $ref: 'Problem#' }, ...(example !== undefined && { example }) }
  return { description, content: { [problemType]: media } }
}

function withExample(status: number, { description, slug, title, extensions }: ProblemMeaning): object {
  const example = { type: `urn:problem-type:${slug}`, title, status, ...extensions }
  return {
    ...problemResponse(description, example),
    ...(status === 412 && {
      headers: { etag: { type: 'string', description: 'The version as it is now.' } },
    }),
  }
}
