export { startConsumer } from './start-consumer.js'
export type { Consumer, ConsumerFailure, ConsumerOptions, ConsumerState } from './options.js'
export type { Retry } from './application.js'
export { on, type Apply, type Effect, type Handler } from './effect.js'
export { laneOf } from './lane-of.js'
export {
  parked,
  type Parked,
  type ParkedAction,
  type ParkedAt,
  type ParkedEvent,
  type ParkedKey,
  type Reason,
} from './parked.js'
