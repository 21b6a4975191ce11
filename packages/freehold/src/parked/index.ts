export { requireFitting } from './check-data.js'
export { parkedEvents, type Parked } from './parked.js'
export type { ParkedAction, ParkedAt, ParkedEvent, ParkedKey, Reason } from './parked-event.js'
