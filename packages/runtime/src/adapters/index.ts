export { queryableOfDrizzle, type Drizzle } from './drizzle.js'
export { queryableOfPostgresJs, type PostgresJs } from './postgres-js.js'
