import { serviceNamed } from '@freehold/manifest'
import { planSystem } from '../provisioning/plan-system.js'
import type { Plan, ProvisioningContext } from '../provisioning/plan.js'
import { serverGroups } from '../provisioning/servers.js'
import { chapters as allChapters, type Chapter } from './finding.js'
import { proofOf, type Proof, type ServerProof } from './proof.js'
import { proveServer } from './prove-server.js'
import { requireProvisioned } from './provisioned.js'
import { recordProof } from './record-proof.js'
import { asInterruption } from './session.js'
import { driftFindings } from './static/drift-findings.js'
import { checkMigrations } from './static/migration-checks.js'

/** What to prove, and for whom. */
export interface ProveOptions {
  /** The folder of the configuration, from which the migrations' folders are found. */
  readonly root: string
  /** Who asks; it is recorded. */
  readonly who: string
  /** Only these services attack, and only their things are looked at; all when absent or empty. */
  readonly services?: readonly string[]
  /** Only these parts; all when absent or empty. */
  readonly chapters?: readonly Chapter[]
  /** Called with a short text when a part begins. */
  readonly onProgress?: (what: string) => void
}

/**
 * Attacks a running system as each of its roles, looks at its catalogs, its migrations and its statements, and says
 * what held. Every attack is taken back; what stays is a row in `freehold.proof` of each database.
 *
 * @throws FreeholdError `FREEHOLD_PROVE_NOT_PROVISIONED` when something of the manifest is not there,
 *   `FREEHOLD_PROVE_INTERRUPTED` when a server goes away meanwhile, `FREEHOLD_CREDENTIALS_MISSING`,
 *   `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, and what {@link planSystem} throws. Then nothing is proven.
 */
export async function proveSystem(context: ProvisioningContext, options: ProveOptions): Promise<Proof> {
  options.onProgress?.('comparing the servers with the manifest')
  return provePlanned(context, await planSystem(context), options)
}

/** The same, for whoever has just made a plan. */
export async function provePlanned(
  context: ProvisioningContext,
  plan: Plan,
  options: ProveOptions,
): Promise<Proof> {
  const began = new Date()
  const { system, servers } = context
  const chosen = options.services ?? []
  const scope = {
    services: chosen.length > 0 ? chosen.map((name) => serviceNamed(system, name)) : system.services,
    chapters: options.chapters?.length ? options.chapters : allChapters,
  }
  requireProvisioned(plan)
  const parts = await Promise.all(
    serverGroups(system, servers).map((group): Promise<ServerProof> =>
      proveServer(context, group, scope, options.onProgress).catch((error: unknown) => {
        throw asInterruption(error, group.url)
      }),
    ),
  )
  const looked = scope.chapters.includes('static')
    ? [
        ...driftFindings(context, plan, scope.services),
        ...(await checkMigrations(options.root, scope.services)),
      ]
    : []
  const proof = proofOf(system, scope, began, parts, looked)
  await recordProof(context, scope.services, proof, options.who)
  return proof
}
