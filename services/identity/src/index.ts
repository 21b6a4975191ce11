export type { Caller } from './caller.js'
export { authenticated, unauthenticated } from './http/authenticated.js'
export { bearerToken } from './http/bearer-token.js'
export {
  identity,
  identityFrom,
  type Identity,
  type IdentityOptions,
  type VerificationOptions,
} from './identity.js'
export { KeysUnavailable, type KeySource } from './keys/key-source.js'
export { keysFrom, MalformedKeySet, type KeysById } from './keys/jwks.js'
export { remoteKeys, type RemoteKeysOptions } from './keys/remote-keys.js'
export { tokenFormat } from './tokens/format.js'
export { TokenRejected } from './tokens/rejection.js'
