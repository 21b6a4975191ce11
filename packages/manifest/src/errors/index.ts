export { FreeholdError, isFreeholdError, type FreeholdErrorInit } from './freehold-error.js'
export { errorAreas, errorRegistry, type ErrorCode, type ErrorEntry } from './registry.js'
export { projectionRefusal, projectionSentence } from './projection-refusals.js'
