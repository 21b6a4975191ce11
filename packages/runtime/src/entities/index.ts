export { EntityNotFound, VersionConflict, type EntityKey } from './conflict.js'
export type { ExpectedVersion } from './expected-version.js'
export { mutableEntity } from './entity-of-service.js'
export type { Appending, MutableEntity, Revision, Target, Update } from './mutable-entity.js'
