export { startSigner, type Signer, type SignerOptions } from './signer.js'
