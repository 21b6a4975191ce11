export { asyncApiOf } from './async-api.js'
export type { AsyncApiChannel, AsyncApiDocument, AsyncApiMessage, AsyncApiOperation } from './document.js'
export { writeAsyncApi } from './write-documents.js'
