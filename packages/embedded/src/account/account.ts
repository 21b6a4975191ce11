import { readFile } from 'node:fs/promises'
import { FreeholdError } from '@freehold/manifest/errors'

/** The operating system's account that PostgreSQL runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

/**
 * PostgreSQL refuses to run as root. Chooses the account to run it as.
 *
 * @param owner - The account that an existing data directory belongs to: it goes on with that one.
 * @returns Nothing when we are not root, and PostgreSQL simply runs as ourselves.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_NO_ACCOUNT` when there is no account to choose.
 */
export async function accountForServer(owner?: { uid: number; gid: number }): Promise<Account | undefined> {
  if (!isRoot()) return undefined
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'))
  if (owner && owner.uid !== 0) {
    const known = accounts.find(({ uid }) => uid === owner.uid)
    return known ?? { ...owner, name: `user ${owner.uid}` }
  }
  const named = (wanted: string) => accounts.find(({ name, uid }) => name === wanted && uid !== 0)
  const account = named('postgres') ?? named('nobody')
  if (account) return account
  throw new FreeholdError('FREEHOLD_EMBEDDED_NO_ACCOUNT', {
    message: 'PostgreSQL refuses to run as root, and /etc/passwd names neither postgres nor nobody.',
  })
}

/** Whether this process runs as root, on a system that has one. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

function parseAccounts(passwd: string): readonly Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    if (!name || uid === undefined || gid === undefined) return []
    return [{ name, uid: Number(uid), gid: Number(gid) }]
  })
}
