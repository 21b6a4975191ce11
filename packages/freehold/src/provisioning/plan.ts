import type { System } from '@freehold/manifest'
import type { CredentialStore } from '../credentials/store.js'
import type { Servers } from './servers.js'

/** What a change does to its object. `problem`: no statement can mend it, a migration or a person must. */
export type ChangeAction = 'create' | 'alter' | 'grant' | 'revoke' | 'drop' | 'problem'

/** One difference between the manifest and a server, with what takes it away. */
export interface Change {
  readonly action: ChangeAction
  /** `host:port` of the server. */
  readonly server: string
  /** The database, unless the object belongs to the whole server. */
  readonly database?: string
  /** What it is about: `role notes_app`, `notes.note_history`. */
  readonly object: string
  /** What is wrong, or what will be. */
  readonly summary: string
  /** The statement that takes the difference away. Never holds a secret; empty for credentials, identities and problems. */
  readonly sql: string
  /** A password to be made, set on the server and written to its file. */
  readonly credential?: CredentialChange
  /** A key of a service to be made, published or withdrawn. It is no object of the server. */
  readonly identity?: IdentityChange
  /** A key-encryption key of a service to be made. It is no object of the server. */
  readonly keyEncryption?: { readonly service: string }
}

/** The role whose password and file do not agree. */
export interface CredentialChange {
  readonly service: string
  readonly kind: 'app' | 'migrator'
  /** `new`: make one. `file`: give the server the file's. `kept`: it is right, and only the file's address is not. */
  readonly password: 'new' | 'file' | 'kept'
}

/** The service whose key is missing, or should not be there. */
export interface IdentityChange {
  readonly service: string
  /** `new`: make one. `published`: it is there, and nobody knows it. `withdrawn`: nobody may accept it any more. */
  readonly key: 'new' | 'published' | 'withdrawn'
}

/** The differences between a manifest and the servers, in the order in which they are to be applied. */
export interface Plan {
  readonly system: string
  readonly changes: readonly Change[]
  /** What was seen and is not Freehold's to change, or cannot be changed with SQL. */
  readonly notes: readonly string[]
}

/** What planning and applying need to know. */
export interface ProvisioningContext {
  readonly system: System
  readonly servers: Servers
  readonly credentials: CredentialStore
}
