import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readEnvFile, writeEnvFile } from 'freehold'
import type { StateFolder } from './state-folder.js'

/**
 * The auth-service's secrets, made at the first start.
 *
 * @returns The file, and whether it was made just now.
 */
export async function authSecrets(state: StateFolder): Promise<{ file: string; isNew: boolean }> {
  const file = join(state.credentials, 'auth.secrets.env')
  const known = (await readEnvFile(file))?.['KEY_ENCRYPTION_KEY'] ?? ''
  if (Buffer.from(known, 'base64').length === 32) return { file, isNew: false }
  await writeEnvFile(file, { KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') })
  return { file, isNew: true }
}
