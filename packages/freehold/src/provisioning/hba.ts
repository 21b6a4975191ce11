import type { System } from '@freehold/manifest'
import { databaseOf, rolesOf } from '@freehold/manifest'

/**
 * Lines for `pg_hba.conf` that let each service's roles into its own database and nowhere else. With no line for
 * "all", a stranger learns nothing: an existing database and a missing one are refused alike.
 *
 * @param addresses - The networks that the services connect from; loopback when absent.
 */
export function pgHbaLines(
  system: System,
  addresses: readonly string[] = ['127.0.0.1/32', '::1/128'],
): string[] {
  return system.services.flatMap((service) => {
    const { app, migrator } = rolesOf(service)
    return addresses.map(
      (address) => `host ${databaseOf(system, service)} ${app},${migrator} ${address} scram-sha-256`,
    )
  })
}
