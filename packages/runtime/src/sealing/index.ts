export { type SealState } from './log-sealer.js'
export { type Pace } from './pace.js'
export { seal, type Sealed } from './seal.js'
export { startSealer, type Sealer, type SealerOptions } from './sealer.js'
