import { mutableEntity } from '@freehold/runtime'
import { authService } from '../../ownership.js'

/** Why a session was ended before it expired. */
export type RevocationReason = 'logged-out' | 'revoked' | 'token-reused' | 'password-changed'

/** A row of `sessions`. */
export interface SessionRow {
  id: string
  user_id: string
  /** SHA-256 of the secret that all refresh tokens of the session share. */
  family_hash: Buffer
  /** SHA-256 of the refresh token that is good now. */
  token_hash: Buffer
  generation: number
  user_agent: string | null
  address: string | null
  last_used_at: Date
  expires_at: Date
  revoked_at: Date | null
  revoked_reason: RevocationReason | null
  version: number
  created_at: Date
  updated_at: Date
}

/** Sessions, under optimistic locking. */
export const sessions = mutableEntity<SessionRow>(authService, 'sessions', {
  columns: [
    'id',
    'user_id',
    'family_hash',
    'token_hash',
    'generation',
    'user_agent',
    'address',
    'last_used_at',
    'expires_at',
    'revoked_at',
    'revoked_reason',
    'version',
    'created_at',
    'updated_at',
  ],
})
