import { databaseOf, rolesOf, serviceNamed } from '@freehold/manifest'
import type pg from 'pg'
import { passwordOf, urlOf } from '../provisioning/credential-changes.js'
import type { CredentialChange, ProvisioningContext } from '../provisioning/plan.js'
import { scramVerifier } from './scram.js'
import { newPassword } from './store.js'

/**
 * Gives a role its password and its file. The file is written just before the commit: a crash in between leaves a
 * password that the server does not know, which the next plan sees.
 */
export async function applyCredential(
  { system, credentials }: ProvisioningContext,
  client: pg.Client,
  url: string,
  { service: name, kind, password: choice }: CredentialChange,
): Promise<void> {
  const service = serviceNamed(system, name)
  const role = rolesOf(service)[kind]
  const known = choice === 'new' ? undefined : passwordOf((await credentials.read(name, kind)) ?? '')
  const password = known ?? newPassword()
  await client.query('begin')
  try {
    if (choice !== 'kept') await client.query(`alter role ${role} password '${scramVerifier(password)}'`)
    await credentials.write(name, kind, urlOf(url, role, password, databaseOf(system, service)))
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
