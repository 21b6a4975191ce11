import { mutableEntity } from '@freehold/runtime'
import type { JWK } from 'jose'
import { authService } from '../../ownership.js'
import type { ScheduledKey } from './schedule.js'

/** A row of `signing_keys`. */
export interface SigningKeyRow extends ScheduledKey {
  /** The kid. */
  id: string
  generation: number
  public_jwk: JWK
  /** See `encryptJwk`. */
  private_jwk_encrypted: Buffer
  signs_from: Date
  version: number
  created_at: Date
  updated_at: Date
}

/** Signing keys, under optimistic locking. */
export const signingKeys = mutableEntity<SigningKeyRow>(authService, 'signing_keys', {
  columns: [
    'id',
    'generation',
    'public_jwk',
    'private_jwk_encrypted',
    'signs_from',
    'version',
    'created_at',
    'updated_at',
  ],
})
