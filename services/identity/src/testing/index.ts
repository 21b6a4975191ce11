export { signer, type Signer } from './signer.js'
export { startSigning, type Signing } from './signing.js'
