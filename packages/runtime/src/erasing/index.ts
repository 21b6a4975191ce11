export { erasureRequests, type ErasureRequests, type WantedErasure } from './ask-erasure.js'
export { startEraser, type Eraser, type EraserOptions } from './eraser.js'
export { hasNothingSealed } from './nothing-sealed.js'
export type { EraseRows, ErasedRows } from './erasure.js'
