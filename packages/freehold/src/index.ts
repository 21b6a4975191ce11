export {
  asyncApiOf,
  writeAsyncApi,
  type AsyncApiChannel,
  type AsyncApiDocument,
  type AsyncApiMessage,
  type AsyncApiOperation,
} from './asyncapi/index.js'
export { readEnvFile, writeEnvFile } from './credentials/env-file.js'
export type { PrivateKey, PublicKey } from './credentials/identity-keys.js'
export type { IdentityStore } from './credentials/identity-store.js'
export { findConfig, loadSystem } from './config/index.js'
export {
  newPassword,
  credentialStore,
  type CredentialKind,
  type CredentialStore,
} from './credentials/store.js'
export {
  parkedEvents,
  type Parked,
  type ParkedAction,
  type ParkedAt,
  type ParkedEvent,
  type ParkedKey,
  type Reason,
} from './parked/index.js'
export {
  consumerCursors,
  publishedLog,
  type ConsumerCursor,
  type ConsumerCursors,
  type ConsumerMove,
  type LogCursor,
  type Moved,
  type PublishedLog,
} from './consumers/index.js'
export {
  checkCourse,
  checkRelease,
  type GateRelease,
  type ReleaseCheck,
  type ReleaseReport,
  checkStatements,
  openPlainCourse,
  openSystemCourse,
  verdictOf,
  type Answer as CompatibilityAnswer,
  type Checked as CheckedVersion,
  type SystemCourse,
  type Verdict as CompatibilityVerdict,
  type CourseCheck,
  type CourseReport,
  type CourseState,
  type CourseStep,
  type Coverage,
  type PlainCourse,
  type Side,
  type SqlText,
  type StatementCheck,
  type StatementReport,
} from './compatibility/index.js'
export type { Direction, Place } from './checking/finding.js'
export type { RecordedStatement, RecordedStatements } from './releases/recorded-statement.js'
export {
  openShadow,
  type Shadow,
  type ShadowOptions,
  type ShadowState,
  type ShadowSystem,
} from './shadow/index.js'
export { rotateCredentials, type RotatedCredential } from './credentials/rotate.js'
export { applyPlan, type ApplyOptions } from './provisioning/apply-plan.js'
export {
  proveSystem,
  type Chapter,
  type Counts,
  type Finding,
  type Proof,
  type ProveOptions,
  type Residual,
  type Verdict,
} from './proving/index.js'
export { pgHbaLines } from './provisioning/hba.js'
export { planSystem } from './provisioning/plan-system.js'
export type {
  Change,
  ChangeAction,
  CredentialChange,
  IdentityChange,
  Plan,
  ProvisioningContext,
} from './provisioning/plan.js'
export { systemStatus, type ServiceStatus, type TableStatus } from './provisioning/system-status.js'
export { serversAt, serversFrom, type Servers } from './provisioning/servers.js'
export {
  migrateService,
  migrateSystem,
  migrationDirectories,
  migrationStatus,
  newMigration,
  systemMigrationStatus,
  type AppliedMigration,
  type MigrateOptions,
  type MigrateSystemOptions,
  type MigrationLimits,
  type MigrationProgress,
  type MigrationReport,
  type MigrationStatus,
  type PendingMigration,
  type SystemMigrations,
} from './migrations/index.js'
export {
  archiveLog,
  logState,
  verifyArchive,
  type Archived,
  type ArchiveEntry,
  type ArchiveOptions,
  type ArchiveStep,
  type LogState,
  type Partition,
} from './archiving/index.js'
export {
  exportedLog,
  exportLog,
  liveLog,
  proveConsistency,
  proveRow,
  verifyLog,
  verifySystem,
  type Finding as LogFinding,
  type LogSource,
  type LogVerdict,
  type VerifiedState,
  type VerifyOptions,
  type VerifySystemOptions,
  type WitnessedNote,
} from './verifying/index.js'
export {
  certifyErasure,
  eraseSubject,
  erasureStates,
  scrubTables,
  verifyCertificate,
  type CertifiedErasure,
  type CertifiedErasures,
  type CertifyOptions,
  type EraseOptions,
  type ErasureCertificate,
  type ErasureQuery,
  type ErasureReport,
  type ErasureState,
  type Scrubbed,
} from './erasing/index.js'
export {
  checkSystem,
  githubAnnotations,
  sarifOf,
  type CheckOptions,
  type CheckReport,
  type ServiceCheck,
} from './checking/index.js'
