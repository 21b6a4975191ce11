import { asAdministrator } from '../provisioning/administrator.js'
import { provisionShadow, type ShadowState, type ShadowSystem } from './shadow-system.js'
import { throwawayServer } from './throwaway-server.js'

/** A server to try things on, before they are done to one that matters. */
export interface Shadow {
  /** The administrator's. */
  readonly url: string
  /** As `server_version_num`. */
  readonly version: number
  /** Provisions and migrates a system in databases of its own. As many as one likes may stand side by side. */
  provision(state: ShadowState): Promise<ShadowSystem>
  /** Removes the databases that were made here, and the server if it was booted for this. */
  remove(): Promise<void>
}

/** Where a shadow is. */
export interface ShadowOptions {
  /** A superuser's URL; a server is booted when absent. `FREEHOLD_SHADOW_URL` is for whoever reads the environment. */
  readonly url?: string | undefined
}

/**
 * Opens a shadow: by default on an embedded server that is booted for it, without care for durability, in about a
 * second. On a server given by URL, only databases with names of their own are made, and roles that are not there
 * yet. The databases are removed at the end; the roles stay, since another shadow may be about to use them.
 *
 * @throws FreeholdError `FREEHOLD_SHADOW_NO_SERVER` where `@freehold/embedded` is not installed and no URL is given;
 *   `FREEHOLD_SERVER_UNREACHABLE`, `FREEHOLD_SERVER_UNSUPPORTED`, `FREEHOLD_ADMINISTRATOR_TOO_WEAK`; and what
 *   booting an embedded server throws.
 */
export async function openShadow({ url }: ShadowOptions = {}): Promise<Shadow> {
  return url === undefined ? booted() : at(url)
}

async function booted(): Promise<Shadow> {
  const server = await throwawayServer(undefined, 'FREEHOLD_SHADOW_NO_SERVER')
  const { url, version } = server
  return { url, version, remove: () => server.remove(), provision: (state) => provisionShadow(url, state) }
}

async function at(url: string): Promise<Shadow> {
  const version = await asAdministrator(url, undefined, async (client) => {
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::integer as version",
    )
    return rows[0]?.version ?? 0
  })
  const provisioned: ShadowSystem[] = []
  return {
    url,
    version,
    async provision(state) {
      const system = await provisionShadow(url, state)
      provisioned.push(system)
      return system
    },
    async remove() {
      for (const system of provisioned) await system.drop()
    },
  }
}
