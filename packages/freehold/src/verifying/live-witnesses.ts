import { databaseOf, serviceNamed, witnessesOf, witnessLogOf } from '@freehold/manifest'
import pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { sqlFile } from '../provisioning/sql-files.js'
import type { Witness, WitnessedNote } from './witnessed.js'

/** What the services of a system keep of one another's logs. */
export interface LiveWitnesses {
  /**
   * Reads it for one log. One that cannot be read is among them, and says why.
   *
   * @param heard - The last row of each witness that was compared before.
   */
  of(service: string, log: string, heard?: Readonly<Record<string, number>>): Promise<Witness[]>
}

/** Witnesses in live databases, read as the administrator. */
export function liveWitnesses({ system, servers }: ProvisioningContext): LiveWitnesses {
  // Asked once: a server that does not answer would hold up every log.
  const unreadable = new Map<string, string>()

  async function read(witness: string, named: readonly [string, string], after: number): Promise<Witness> {
    const known = unreadable.get(witness)
    if (known !== undefined) return { witness, unreadable: known }
    try {
      return { witness, notes: await notesOf(witness, named, after) }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      unreadable.set(witness, why)
      return { witness, unreadable: why }
    }
  }

  async function notesOf(
    witness: string,
    named: readonly [string, string],
    after: number,
  ): Promise<WitnessedNote[]> {
    const service = serviceNamed(system, witness)
    const table = `${pg.escapeIdentifier(service.schema)}.${pg.escapeIdentifier(witnessLogOf(service) ?? '')}`
    const text = sqlFile('verifying/witnessed.sql')
      .replace(/^--.*\n/gm, '')
      .replaceAll('%s', () => table)
    return asAdministrator(servers.urlFor(witness), databaseOf(system, service), async (client) => {
      const { rows } = await client.query<{ seq: string; note: string }>(text, [...named, after])
      return rows.map(({ seq, note }) => ({ witness, seq: Number(seq), note }))
    })
  }

  return {
    async of(service, log, heard = {}) {
      const witnesses: Witness[] = []
      for (const name of witnessesOf(system, service))
        witnesses.push(await read(name, [service, log], heard[name] ?? 0))
      return witnesses
    },
  }
}
