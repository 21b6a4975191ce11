export { keepWitness, type WitnessOptions } from './keep-witness.js'
export {
  publishCheckpoints,
  type CheckpointPublisher,
  type PublishingOptions,
} from './publish-checkpoints.js'
