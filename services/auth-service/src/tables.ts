import type { Generated } from 'kysely'
import type { CredentialsRow } from './accounts/credentials.js'
import type { SigningKeyRow } from './keys/signing-key.js'
import type { SessionRow } from './sessions/session.js'

type Stamped<Row> = Omit<Row, 'version' | 'created_at' | 'updated_at'> & {
  version: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

/** The tables that Kysely sees. The audit log is not among them: it is written with the change it records. */
export interface Tables {
  credentials: Stamped<CredentialsRow>
  sessions: Stamped<SessionRow>
  signing_keys: Stamped<SigningKeyRow>
}
