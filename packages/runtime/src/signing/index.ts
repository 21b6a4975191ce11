export { sealKey, type SealKeyOptions } from './seal-key.js'
export { startSigner, type Signer, type SignerOptions } from './signer.js'
