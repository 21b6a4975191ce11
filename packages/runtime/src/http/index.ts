export {
  commonProblems,
  documentedProblems,
  emptyVersionedResponse,
  ifMatchHeaders,
  ifNoneMatchHeaders,
  jsonResponse,
  nameOfShared,
  notModified,
  openapiOptions,
  orNull,
  problemResponse,
  problemSchema,
  versionedResponse,
  type ApiDescription,
  type OpenapiOptions,
  type ProblemMeaning,
} from './documentation/index.js'
export { answerErrors } from './errors.js'
export { healthRoutes, type HealthChecks, type HealthReports } from './health.js'
export { eventSettings, type EventSettings, type IdentityFiles } from './identity-files.js'
export { keyStoreSettings, type KeyStoreSettings } from './key-store-settings.js'
export { parseJsonBody } from './json-body.js'
export type { Lifecycle } from './lifecycle.js'
export { HttpProblem, sendProblem, type ProblemInit } from './problem.js'
export { causesOf } from './request-causes.js'
export { requestIdOf } from './request-id.js'
export { runUntilStopped, type RunOptions } from './run-until-stopped.js'
export { createServiceApp, type ServiceAppOptions } from './service-app.js'
export {
  serviceSettings,
  type LogLevel,
  type PersonalServiceSettings,
  type ServiceSettings,
  type ServiceSettingsOptions,
} from './service-settings.js'
export { conflictProblem, etagOf, expectedVersion, sendVersioned } from './versions.js'
