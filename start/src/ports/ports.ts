import { freePort, isPortFree } from '@freehold/embedded'
import { FreeholdError } from '@freehold/manifest/errors'
import { setTimeout as sleep } from 'node:timers/promises'

/** Who listens where, by the name of the process. */
export interface Ports {
  readonly gateway: number
  readonly auth: number
  readonly user: number
  readonly notes: number
  readonly postgres: number
}

/** The ports when no flag says otherwise. */
export const defaultPorts: Ports = { gateway: 8080, auth: 8081, user: 8082, notes: 8083, postgres: 54329 }

/** The flag that changes each port. */
export const portFlags = {
  gateway: '--port',
  auth: '--auth-port',
  user: '--user-port',
  notes: '--notes-port',
  postgres: '--postgres-port',
} as const satisfies Record<keyof Ports, string>

/** Puts a free port in the place of every 0, a different one in each. */
export async function settlePorts(ports: Ports): Promise<Ports> {
  const taken = new Set(Object.values(ports).filter((port) => port !== 0))
  const settle = async (port: number): Promise<number> => {
    let settled = port
    while (settled === 0) {
      const found = await freePort()
      if (!taken.has(found)) settled = found
    }
    taken.add(settled)
    return settled
  }
  return {
    gateway: await settle(ports.gateway),
    auth: await settle(ports.auth),
    user: await settle(ports.user),
    notes: await settle(ports.notes),
    postgres: await settle(ports.postgres),
  }
}

/**
 * Sees that nobody listens on the ports of the processes. PostgreSQL's own is left to the embedded server, which
 * first has to stop what an earlier run may have left there; it is named along with another that is taken, so
 * that nobody has to come back for it.
 *
 * @param patienceMs - How long to wait for them: the processes of a run that was killed a moment ago still have to notice.
 * @throws FreeholdError `FREEHOLD_PORT_IN_USE` naming each taken port, who needs it, and the flag that changes it.
 */
export async function checkPorts(ports: Ports, embedded: boolean, patienceMs = 3_000): Promise<void> {
  const needed = (['gateway', 'auth', 'user', 'notes'] as const).flatMap((name) =>
    // The gateway serves localhost, which is two addresses.
    ['127.0.0.1', ...(name === 'gateway' ? ['::1'] : [])].map((host) => ({ name, host, port: ports[name] })),
  )
  const until = Date.now() + patienceMs
  for (;;) {
    const free = await Promise.all(needed.map(async ({ port, host }) => isPortFree(port, host)))
    const taken = needed.filter((_, index) => free[index] === false).map(({ name }) => name)
    if (taken.length === 0) return
    if (Date.now() > until) {
      const alsoPostgres = embedded && !(await isPortFree(ports.postgres, '127.0.0.1'))
      throw portsTaken([...new Set(taken), ...(alsoPostgres ? (['postgres'] as const) : [])], ports)
    }
    await sleep(100)
  }
}

/** The error for ports that somebody else listens on: all of them, so that one more start is enough. */
export function portsTaken(names: readonly (keyof Ports)[], ports: Ports): FreeholdError {
  const taken = names.map((name) => ({ name, port: ports[name], flag: portFlags[name] }))
  const flags = taken.map(({ flag }) => `${flag} <number>`).join(' ')
  return new FreeholdError('FREEHOLD_PORT_IN_USE', {
    message: taken
      .map(
        ({ name, port, flag }) =>
          `Port ${port}, which ${needer(name)} needs (${flag}), is used by another process.`,
      )
      .join('\n'),
    fix: `Stop what listens there, or choose other ports: npm start -- ${flags}`,
    details: { taken },
  })
}

function needer(name: keyof Ports): string {
  if (name === 'postgres') return 'PostgreSQL'
  return name === 'gateway' ? 'the gateway' : `${name}-service`
}
