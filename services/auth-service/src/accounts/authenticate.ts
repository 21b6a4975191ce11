import { isFreeholdError } from '@freehold/manifest/errors'
import type { Database } from '@freehold/runtime'
import { auditLog, auditRow } from '../audit/audit-log.js'
import type { Origin } from '../http/origin.js'
import { invalidCredentials } from '../http/problems.js'
import type { Parts } from '../parts.js'
import type { CredentialsRow } from './credentials.js'
import { emailKey } from './email.js'

/** An account whose password was just proved. */
export type Account = Pick<CredentialsRow, 'id' | 'display_name' | 'version'>

/**
 * Finds the account of an address and a password. What it does for an unknown address is what it does for
 * a wrong password, step by step: one look-up, one Argon2id verification, one row in the audit log. So
 * neither the answer nor its time tells whether the address has an account. (That is why failed logins to
 * unknown addresses are recorded too. The address is not: people type passwords into that field.)
 *
 * @param parts - The database and the passwords.
 * @param typed - The address and the password that were sent.
 * @param origin - Where they came from.
 * @throws HttpProblem 401 when they do not belong together, 503 when too many passwords wait to be checked.
 */
export async function authenticate(
  parts: Pick<Parts, 'database' | 'kysely' | 'passwords'>,
  typed: { readonly email: string; readonly password: string },
  origin: Origin,
): Promise<Account> {
  const account = await parts.kysely
    .selectFrom('credentials')
    .select(['id', 'display_name', 'version', 'password_hash'])
    .where('email_key', '=', emailKey(typed.email))
    .executeTakeFirst()
  const proved = await parts.passwords.matches(typed.password, account?.password_hash)
  if (account !== undefined && proved) return account
  await recordFailure(parts.database, account?.id ?? null, origin)
  throw invalidCredentials()
}

/** Those who are nobody may have been forgotten for today: what is said to them must not tell, so only the origin is left out. */
async function recordFailure(database: Database, entityId: string | null, origin: Origin): Promise<void> {
  const row = auditRow({ actor: null, action: 'login.failed', entity: 'credentials', entityId }, origin)
  try {
    await auditLog.append(database, row)
  } catch (error) {
    if (!isFreeholdError(error, 'FREEHOLD_SUBJECT_ERASED')) throw error
    await auditLog.append(database, { ...row, subject: null, origin: null })
  }
}
