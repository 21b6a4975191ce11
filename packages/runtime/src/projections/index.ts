export { startProjection } from './start-projection.js'
export type {
  Projection,
  ProjectionFeed,
  ProjectionOptions,
  ProjectionReport,
  ProjectionState,
  RebuildProgress,
  Staleness,
} from './options.js'
export { projectionBuilds, type Build, type BuildPlace, type ProjectionName } from './build.js'
export { beginRebuild, discardBuild, rollbackProjection, swapProjection } from './operations.js'
export {
  differencesOf,
  digestOf,
  type Difference,
  type Verification,
  type VerifyOptions,
} from './verification.js'
