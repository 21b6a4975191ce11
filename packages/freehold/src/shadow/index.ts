export { openShadow, type Shadow, type ShadowOptions } from './shadow.js'
export type { ShadowState, ShadowSystem } from './shadow-system.js'
