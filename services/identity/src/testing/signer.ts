import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

/** A key pair as the auth-service has them, and the access tokens that it signs. */
export interface Signer {
  /** The public half, as it is published. */
  readonly jwk: JWK
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  /**
   * A token that is good for ten minutes, unless something else is asked for.
   *
   * @param claims - Override what a good token claims.
   * @param header - Overrides what its header says.
   */
  token(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>
}

/**
 * Makes a new key pair.
 *
 * @param kid - The id of the key.
 */
export async function signer(kid = 'test'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' },
    privateKey,
    publicKey,
    token: (claims = {}, header = {}) =>
      new SignJWT({ ...goodClaims(), ...claims })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, ...header })
        .sign(privateKey),
  }
}

/** Written out, and not taken from where tokens are verified: a change there must fail a test. */
function goodClaims(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: 'notes-auth',
    aud: 'notes-app',
    sub: crypto.randomUUID(),
    sid: crypto.randomUUID(),
    name: 'Ada',
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 600,
  }
}
