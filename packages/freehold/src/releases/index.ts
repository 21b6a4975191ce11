export { withoutMovedContracts } from './moved-contracts.js'
export { readReleases, serviceFolder } from './read-releases.js'
export type { Release, ReleasedMigration } from './release.js'
