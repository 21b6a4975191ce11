import { FreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { locked } from './lock.js'
import { applyCredential } from '../credentials/apply-credential.js'
import { applyIdentity } from '../credentials/apply-identity.js'
import { withKeptSessions, type Enter } from './administrator.js'
import { planWithin } from './plan-system.js'
import type { Change, Plan, ProvisioningContext } from './plan.js'
import { serverGroups } from './servers.js'

/** What a caller may want to hear while a plan is applied. */
export interface ApplyOptions {
  /** Called after each change. */
  readonly onChange?: (change: Change) => void
}

// What a changed owner brings to light is seen only when one looks again.
const rounds = 4

/**
 * Applies a plan, looks again, and goes on until nothing is left to do. What happens inside one database happens in
 * one transaction; creating roles and databases cannot, and is simply continued by the next run. Differences that
 * have come up since the plan was made are not touched: nobody has agreed to that.
 *
 * @param plan - What `planSystem` answered.
 * @returns What was changed.
 * @throws FreeholdError `FREEHOLD_APPLY_FAILED` with the object and the server's words, `FREEHOLD_APPLY_BUSY` when
 *   another process applies at the same time, `FREEHOLD_APPLY_INCOMPLETE` when differences come back, or have
 *   come up since the plan was made.
 */
export async function applyPlan(
  context: ProvisioningContext,
  plan: Plan,
  options: ApplyOptions = {},
): Promise<Change[]> {
  const done: Change[] = []
  const onChange = (change: Change): void => {
    done.push(change)
    options.onChange?.(change)
  }
  const shown = new Set(plan.changes.map(key))
  return locked(context, () =>
    withKeptSessions(async (enter) => {
      const found = mendable(await planWithin(context, enter))
      const unseen = found.filter((change) => !shown.has(key(change)))
      const isUnseen = new Set(unseen.map(key))
      const agreed = (changes: Change[]): Change[] => changes.filter((change) => !isUnseen.has(key(change)))
      let left = agreed(found)
      for (let round = 0; round < rounds && left.length > 0; round += 1) {
        await applyOnce(context, enter, left, onChange)
        left = agreed(mendable(await planWithin(context, enter)))
      }
      if (left.length > 0) throw incomplete(`After ${rounds} rounds these differ still`, left)
      if (unseen.length > 0)
        throw incomplete('These have come up since the plan was made, and were left alone', unseen)
      return done
    }),
  )
}

function incomplete(what: string, left: readonly Change[]): FreeholdError {
  return new FreeholdError('FREEHOLD_APPLY_INCOMPLETE', {
    message: `${what}:\n${left.map(({ object, summary }) => `  ${object}: ${summary}`).join('\n')}`,
    details: { left },
  })
}

function key({ server, database = '', object, summary }: Change): string {
  return JSON.stringify([server, database, object, summary])
}

function mendable(plan: Plan): Change[] {
  return plan.changes.filter(({ action }) => action !== 'problem')
}

async function applyOnce(
  context: ProvisioningContext,
  enter: Enter,
  changes: readonly Change[],
  onChange: (change: Change) => void,
): Promise<void> {
  const groups = serverGroups(context.system, context.servers)
  await Promise.all(
    groups.map(({ name, url }) =>
      enter(url, undefined, async (client) => {
        const here = changes.filter(({ server }) => server === name)
        for (const change of here.filter(({ database }) => database === undefined)) {
          await applyChange(context, client, url, change)
          onChange(change)
        }
        const databases = new Set(here.flatMap(({ database }) => database ?? []))
        await Promise.all(
          [...databases].map((database) => {
            const inside = here.filter((change) => change.database === database)
            return enter(url, database, (own) => applyInside(context, own, url, inside, onChange))
          }),
        )
      }),
    ),
  )
}

async function applyInside(
  context: ProvisioningContext,
  client: pg.Client,
  url: string,
  changes: readonly Change[],
  onChange: (change: Change) => void,
): Promise<void> {
  await client.query('begin')
  try {
    for (const change of changes) await applyChange(context, client, url, change)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
  changes.forEach(onChange)
}

async function applyChange(
  context: ProvisioningContext,
  client: pg.Client,
  url: string,
  change: Change,
): Promise<void> {
  try {
    if (change.credential) await applyCredential(context, client, url, change.credential)
    else if (change.identity) await applyIdentity(context, change.identity)
    else if (change.keyEncryption)
      await context.credentials.keyEncryption?.renew(change.keyEncryption.service)
    else await client.query(change.sql)
  } catch (cause) {
    throw new FreeholdError('FREEHOLD_APPLY_FAILED', {
      message: `${change.object} (${change.summary}): ${cause instanceof Error ? cause.message : String(cause)}`,
      details: { change },
      cause,
    })
  }
}
