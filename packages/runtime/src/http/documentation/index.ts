export { nameOfShared, openapiOptions, type ApiDescription, type OpenapiOptions } from './openapi.js'
export { orNull } from './or-null.js'
export { problemSchema } from './problem-schema.js'
export { commonProblems, documentedProblems, problemResponse, type ProblemMeaning } from './problems.js'
export {
  emptyVersionedResponse,
  ifMatchHeaders,
  ifNoneMatchHeaders,
  jsonResponse,
  notModified,
  versionedResponse,
} from './responses.js'
