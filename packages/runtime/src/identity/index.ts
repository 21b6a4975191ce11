export type { TokenRefusal } from './refused.js'
export { serviceIdentity, type ServiceIdentity, type ServiceIdentityOptions } from './service-identity.js'
export { serviceVerifier, type ServiceVerifier, type ServiceVerifierOptions } from './service-verifier.js'
