import type { System } from '@freehold/manifest'
import { databaseOf, rolesOf, serviceNamed } from '@freehold/manifest'
import { createHmac } from 'node:crypto'
import type { CredentialStore } from '../credentials/store.js'
import { urlOf } from '../provisioning/credential-changes.js'

/** A role's password on a test server: every process that knows the administrator's URL finds the same. */
export function passwordFor(adminUrl: string, role: string): string {
  return createHmac('sha256', adminUrl).update(role).digest('base64url')
}

/** Credentials that are derived and not stored, so that parallel test processes agree without a file. */
export function fixedCredentials(adminUrl: string, system: System): CredentialStore {
  return {
    pathOf: (service, kind) => `(derived) ${service}.${kind}`,
    read(name, kind) {
      const service = serviceNamed(system, name)
      const role = rolesOf(service)[kind]
      return Promise.resolve(urlOf(adminUrl, role, passwordFor(adminUrl, role), databaseOf(system, service)))
    },
    write: () => Promise.resolve(),
  }
}
