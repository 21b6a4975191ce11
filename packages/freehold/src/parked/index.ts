export { requireFitting } from './check-data.js'
export { parkedEvents, type Parked, type ServiceSession } from './parked.js'
export type { ParkedAction, ParkedAt, ParkedEvent, ParkedKey, Reason } from './parked-event.js'
