export type { RecordedStatement, RecordedStatements } from '@freehold/manifest'
