import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyStore } from '../personal/index.js'
import { fileKeyStore } from './file-key-store.js'

/** A real store for tests, in a folder that is removed afterwards. */
export interface TemporaryKeyStore {
  readonly keys: KeyStore
  /** Its folder, and the file that wraps its keys; fits `fileKeyStore()`. */
  readonly directory: string
  readonly encryption: string
  remove(): Promise<void>
}

/** @param service - Whose keys they are. */
export async function temporaryKeyStore(service: string): Promise<TemporaryKeyStore> {
  const home = await mkdtemp(join(tmpdir(), 'freehold-key-store-'))
  const [directory, encryption] = [join(home, 'keys'), join(home, `${service}.key-encryption.json`)]
  const secret = randomBytes(32).toString('base64url')
  await writeFile(encryption, JSON.stringify({ service, keys: [{ id: 'only', secret }] }), { mode: 0o600 })
  return {
    keys: await fileKeyStore({ service, directory, encryption, create: true }),
    directory,
    encryption,
    remove: () => rm(home, { recursive: true, force: true }),
  }
}
