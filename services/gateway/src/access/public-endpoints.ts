/**
 * What a request must show at the door: nothing, a good token, or (`either`) a token or something else that
 * only the service can judge.
 */
export type Access = 'public' | 'token' | 'either'

const publicEndpoints: Readonly<Record<string, Access>> = {
  'POST /api/auth/register': 'public',
  'POST /api/auth/login': 'public',
  'POST /api/auth/refresh': 'public',
  // A session ends with its access token, or with its refresh token when the other has expired.
  'POST /api/auth/logout': 'either',
  'GET /api/auth/.well-known/jwks.json': 'public',
  'HEAD /api/auth/.well-known/jwks.json': 'public',
  'GET /api/auth/.well-known/seal-keys': 'public',
  'HEAD /api/auth/.well-known/seal-keys': 'public',
}

/**
 * What a request to a service must show. Everything that is not named as public needs a token, so that a new
 * endpoint is closed until somebody opens it here.
 *
 * @param method - In capital letters.
 * @param path - Without a query, in its canonical spelling.
 */
export function accessTo(method: string, path: string): Access {
  return publicEndpoints[`${method} ${path}`] ?? 'token'
}
