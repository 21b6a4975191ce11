export {
  migrateService,
  type MigrateOptions,
  type MigrationLimits,
  type MigrationReport,
} from './migrate-service.js'
export {
  migrateSystem,
  migrationDirectories,
  resolveSystemStatement,
  systemMigrationStatus,
  type MigrateSystemOptions,
  type SystemMigrations,
} from './migrate-system.js'
export { readMigrations } from './migration-file.js'
export { migratorUrl } from './migrator-url.js'
export { newMigration } from './new-migration.js'
export { resolveStatement } from './resolve.js'
export { parseMigration } from './statements.js'
export type { MigrationProgress } from './progress.js'
export type { AppliedMigration } from './records.js'
export { migrationStatus, type MigrationStatus, type PendingMigration } from './status.js'
