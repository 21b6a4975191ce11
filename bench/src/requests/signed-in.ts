import { startSigning } from '@notes/identity/testing'

/** Somebody who is signed in, and the key set by which the service can tell. */
export interface SignedIn extends AsyncDisposable {
  readonly userId: string
  readonly authorization: string
  /** What the service gets as AUTH_URL. */
  readonly authUrl: string
}

const twoHours = 2 * 3600

/** Signs an access token as the auth-service would, good for a long run, and serves its key. */
export async function signIn(userId: string): Promise<SignedIn> {
  const signing = await startSigning()
  const exp = Math.floor(Date.now() / 1000) + twoHours
  const token = await signing.token({ sub: userId, sid: userId, jti: userId, name: 'Bench', exp })
  return {
    userId,
    authorization: `Bearer ${token}`,
    authUrl: signing.authUrl,
    [Symbol.asyncDispose]: () => signing.close(),
  }
}
