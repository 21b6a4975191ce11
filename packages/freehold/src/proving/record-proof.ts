import { databaseOf, type Service } from '@freehold/manifest'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import type { Proof } from './proof.js'

/** Leaves a row in each database that was looked at: who asked, when, and the verdict. */
export async function recordProof(
  { system, servers }: ProvisioningContext,
  services: readonly Service[],
  proof: Proof,
  who: string,
): Promise<void> {
  const places = new Map(
    services.map((service) => {
      const [url, database] = [servers.urlFor(service.name), databaseOf(system, service)]
      return [JSON.stringify([url, database]), { url, database }]
    }),
  )
  for (const { url, database } of places.values())
    await asAdministrator(url, database, (client) =>
      client.query(
        `insert into freehold.proof (who, services, chapters, verdict, held, failed, residual, not_looked_at, began_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          who,
          proof.services,
          proof.chapters,
          proof.verdict,
          proof.counts.held,
          proof.counts.failed,
          proof.counts.residual,
          proof.counts['not looked at'],
          proof.beganAt,
        ],
      ),
    )
}
