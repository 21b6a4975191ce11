import { mutableEntity } from '@freehold/runtime'
import { authService } from '../../ownership.js'

/** A row of `credentials`. */
export interface CredentialsRow {
  id: string
  /** As it was given, trimmed and normalised. */
  email: string
  /** Folded: see `emailKey`. */
  email_key: string
  display_name: string
  /** A PHC string. */
  password_hash: string
  version: number
  created_at: Date
  updated_at: Date
}

/** Accounts, under optimistic locking. */
export const credentials = mutableEntity<CredentialsRow>(authService, 'credentials', {
  columns: [
    'id',
    'email',
    'email_key',
    'display_name',
    'password_hash',
    'version',
    'created_at',
    'updated_at',
  ],
})
