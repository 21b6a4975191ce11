import { eventLog } from '@freehold/runtime/events'
import { AccountRegistered } from '@notes/contracts'
import { v7 as uuid } from 'uuid'
import { authService } from '../../ownership.js'
import { audited } from '../audit/audit-log.js'
import { isUniqueViolation } from '../database-errors.js'
import type { Origin } from '../http/origin.js'
import { emailTaken, invalidMember } from '../http/problems.js'
import type { Parts } from '../parts.js'
import { isLongEnough, shortestPassword } from '../passwords/normalised-password.js'
import { credentials, type CredentialsRow } from './credentials.js'
import { longestDisplayName, nameFromEmail, normalisedDisplayName } from './display-name.js'
import { emailKey, isEmail, normalisedEmail } from './email.js'

const events = eventLog(authService)

/** What somebody says of themselves to get an account. */
export interface Registration {
  readonly email: string
  readonly password: string
  readonly displayName?: string
}

/**
 * Makes an account. Of several registrations of one address, in whatever letter case and however close
 * together, the database lets one through. The account, its audit row and its event are one statement.
 *
 * @param parts - The database, the passwords and the clock.
 * @param registration - What was sent.
 * @param origin - Where it came from.
 * @throws HttpProblem 400 for an address or a name that is none, 409 for an address that has an account, 503
 *   when too many passwords wait to be hashed.
 */
export async function register(
  parts: Pick<Parts, 'database' | 'passwords' | 'now'>,
  registration: Registration,
  origin: Origin,
): Promise<CredentialsRow> {
  const email = normalisedEmail(registration.email)
  if (!isEmail(email)) throw invalidMember('email', 'is not an e-mail address')
  const name =
    registration.displayName === undefined
      ? nameFromEmail(email)
      : normalisedDisplayName(registration.displayName)
  if (name === undefined || [...name].length > longestDisplayName) {
    throw invalidMember('displayName', `must have 1 to ${longestDisplayName} visible characters`)
  }
  requireLongEnough('password', registration.password)
  const id = uuid()
  const row = {
    id,
    email,
    email_key: emailKey(email),
    display_name: name,
    password_hash: await parts.passwords.hash(registration.password),
  }
  try {
    const entry = audited(
      { actor: id, action: 'account.registered', entity: 'credentials', entityId: id },
      origin,
    )
    const told = events.entry({
      contract: AccountRegistered,
      data: {
        accountId: id,
        displayName: name,
        registeredAt: new Date(parts.now()).toISOString(),
      },
      ...origin.causes,
    })
    return await credentials.insert(parts.database, row, { append: [entry, told] })
  } catch (error) {
    if (isUniqueViolation(error, 'credentials_email_key', 'credentials_email_lower')) throw emailTaken()
    throw error
  }
}

/**
 * @param member - The member of the body that holds the password.
 * @param password - What was typed.
 * @throws HttpProblem 400 when it is too short once normalised.
 */
export function requireLongEnough(member: string, password: string): void {
  if (!isLongEnough(password))
    throw invalidMember(member, `must have at least ${shortestPassword} characters`)
}
