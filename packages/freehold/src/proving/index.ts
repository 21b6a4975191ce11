export { chapters, type Chapter, type Counts, type Finding, type Verdict } from './finding.js'
export type { Proof } from './proof.js'
export { proveSystem, type ProveOptions } from './prove-system.js'
export type { Residual } from './residuals/residual.js'
