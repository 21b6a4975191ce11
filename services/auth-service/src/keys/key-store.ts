import { EntityNotFound, VersionConflict, type Database } from '@freehold/runtime'
import { exportJWK, generateKeyPair } from 'jose'
import type { Kysely } from 'kysely'
import { v4 as uuid } from 'uuid'
import { audited } from '../audit/audit-log.js'
import { isUniqueViolation } from '../database-errors.js'
import type { Tables } from '../tables.js'
import { encryptJwk } from './encryption.js'
import type { ScheduledKey } from './schedule.js'
import { signingKeys, type SigningKeyRow } from './signing-key.js'

/** The signing keys in the database. */
export interface KeyStore {
  /** All of them, in the order of their generations. */
  load(): Promise<SigningKeyRow[]>
  /** Makes a key and stores it; does nothing when another instance stored that generation first. */
  create(key: ScheduledKey): Promise<void>
  /** Deletes a key; does nothing when another instance did. */
  remove(key: SigningKeyRow): Promise<void>
}

/**
 * @param database - Where the keys are.
 * @param kysely - The same, for reading.
 * @param encryptionKey - 32 bytes under which private keys are stored.
 */
export function keyStore(database: Database, kysely: Kysely<Tables>, encryptionKey: Buffer): KeyStore {
  return {
    load: () => kysely.selectFrom('signing_keys').selectAll().orderBy('generation').execute(),
    async create(key) {
      const id = uuid()
      const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
      const { kty, crv, x } = await exportJWK(pair.publicKey)
      const row = {
        id,
        generation: key.generation,
        signs_from: key.signs_from,
        public_jwk: { kty, crv, x, kid: id, use: 'sig', alg: 'EdDSA' } as SigningKeyRow['public_jwk'],
        private_jwk_encrypted: encryptJwk(await exportJWK(pair.privateKey), id, encryptionKey),
      }
      try {
        const entry = {
          actor: null,
          action: 'signing-key.created',
          entity: 'signing_keys',
          entityId: id,
        } as const
        await signingKeys.insert(database, row, {
          append: [audited({ ...entry, detail: { generation: key.generation } })],
        })
      } catch (error) {
        if (!isUniqueViolation(error, 'signing_keys_generation')) throw error
      }
    },
    async remove(key) {
      try {
        const entry = {
          actor: null,
          action: 'signing-key.removed',
          entity: 'signing_keys',
          entityId: key.id,
        } as const
        await signingKeys.delete(database, {
          key: key.id,
          expectedVersion: key.version,
          append: [audited({ ...entry, detail: { generation: key.generation } })],
        })
      } catch (error) {
        if (!(error instanceof EntityNotFound) && !(error instanceof VersionConflict)) throw error
      }
    },
  }
}
