export {
  projectionOperations,
  type ProjectionBuild,
  type ProjectionComparison,
  type ProjectionOperations,
} from './projection-builds.js'
