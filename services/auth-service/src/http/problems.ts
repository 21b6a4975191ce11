import { HttpProblem } from '@freehold/runtime/fastify'

/** Wrong password and unknown address alike: the answer must not tell which. */
export function invalidCredentials(): HttpProblem {
  return new HttpProblem(401, {
    slug: 'invalid-credentials',
    title: 'Address or password is wrong',
    detail: 'There is no account with this address and this password.',
    headers: { 'www-authenticate': 'Bearer realm="notes-app"' },
  })
}

/** Unknown, forged, old and revoked alike. */
export function invalidRefreshToken(): HttpProblem {
  return new HttpProblem(401, {
    slug: 'invalid-refresh-token',
    title: 'Refresh token is not valid',
    detail: 'The refresh token is unknown, expired, revoked, or was used before. Log in again.',
    headers: { 'www-authenticate': 'Bearer realm="notes-app"' },
  })
}

/** The address has an account, in whatever letter case. */
export function emailTaken(): HttpProblem {
  return new HttpProblem(409, {
    slug: 'email-taken',
    title: 'Address is taken',
    detail: 'There is an account with this address already.',
  })
}

/** The caller is who they say, but does not know the password. Not 401: the access token is good. */
export function wrongPassword(): HttpProblem {
  return new HttpProblem(403, {
    slug: 'wrong-password',
    title: 'Current password is wrong',
    detail: 'currentPassword is not the password of this account.',
  })
}

/** Somebody else changed the password between the check and the write. */
export function passwordChangedMeanwhile(): HttpProblem {
  return new HttpProblem(409, {
    slug: 'password-changed-meanwhile',
    title: 'Password was changed meanwhile',
    detail: 'Another request changed the password of this account at the same time.',
  })
}

/** Not the caller's, unknown, or over: the answer must not tell which. */
export function sessionNotFound(): HttpProblem {
  return new HttpProblem(404, {
    slug: 'session-not-found',
    title: 'No such session',
    detail: 'You have no live session with this id.',
  })
}

/** More passwords wait to be checked than can be checked soon. */
export function tooManyLogins(): HttpProblem {
  return new HttpProblem(503, {
    slug: 'overloaded',
    title: 'Too many logins at once',
    detail: 'More passwords wait to be checked than can be checked soon. Try again shortly.',
    headers: { 'retry-after': '2' },
  })
}

/** No key to sign with. */
export function cannotSign(cause: unknown): HttpProblem {
  return new HttpProblem(503, {
    slug: 'signing-unavailable',
    title: 'Tokens cannot be issued now',
    detail: 'The key that signs access tokens cannot be read at the moment. Try again shortly.',
    headers: { 'retry-after': '10' },
    cause,
  })
}

/**
 * A 400 of the same shape as a failed validation, for what a JSON Schema cannot say.
 *
 * @param member - The member of the body, e.g. `email`.
 * @param detail - What is wrong with it.
 */
export function invalidMember(member: string, detail: string): HttpProblem {
  return new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail: 'The body has an error.',
    extensions: { errors: [{ in: 'body', pointer: `#/${member}`, detail }] },
  })
}
