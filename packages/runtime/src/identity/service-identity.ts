import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { ownKey, type OwnKey } from './keys.js'
import { audienceOf, tokenFormat } from './token-format.js'
import { watchedFile } from './watched-file.js'

/** A service that can prove who it is. */
export interface ServiceIdentity {
  readonly service: string
  /**
   * A token that proves to one other service who is asking, good for 15 to 60 seconds.
   *
   * @param asked - The name of the service that is asked. No other accepts the token.
   * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE` when the file was replaced by something else.
   */
  tokenFor(asked: string): Promise<string>
}

/** Who a service is. */
export interface ServiceIdentityOptions {
  /** Its name in the manifest. */
  readonly service: string
  /** The file that `freehold apply` made: `<service>.identity.json`. It may be replaced at any time. */
  readonly identityFile: string
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

/** Seconds before its end from which a token is not handed out any more. */
const margin = 15

/**
 * The identity of a service: it signs for itself, and asks nobody.
 *
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE` when the file is missing, damaged, or another service's.
 */
export function serviceIdentity(options: ServiceIdentityOptions): ServiceIdentity {
  const { service, identityFile, now = Date.now } = options
  const file = watchedFile(identityFile, (json) => ownKey(json, identityFile, service))
  let signedWith = file.current()
  const tokens = new Map<string, { token: Promise<string>; goodUntil: number }>()
  return {
    service,
    async tokenFor(asked) {
      const own = file.current()
      if (own !== signedWith) tokens.clear()
      signedWith = own
      const seconds = Math.floor(now() / 1000)
      const kept = tokens.get(asked)
      if (kept !== undefined && seconds < kept.goodUntil) return kept.token
      const token = signed(own, service, asked, seconds)
      tokens.set(asked, { token, goodUntil: seconds + tokenFormat.lifetime - margin })
      return token
    },
  }
}

function signed({ kid, key }: OwnKey, service: string, asked: string, seconds: number): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: tokenFormat.algorithm, kid })
    .setIssuer(service)
    .setAudience(audienceOf(asked))
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + tokenFormat.lifetime)
    .setJti(randomUUID())
    .sign(key)
}
