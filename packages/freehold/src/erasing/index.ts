export {
  verifyCertificate,
  type CertifiedErasure,
  type CertifiedErasures,
  type ErasureCertificate,
} from './certificate.js'
export { certifyErasure, type CertifyOptions } from './certify.js'
export { erasingServices, erasureStates, type ErasureQuery, type ErasureState } from './erasure-states.js'
export { eraseSubject, type EraseOptions, type ErasureReport } from './erase-subject.js'
export { scrubTables, type Scrubbed } from './scrub.js'
