export { kyselyFor } from './kysely-for.js'
export { queryableOf } from './queryable-of.js'
