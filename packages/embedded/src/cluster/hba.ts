import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from '../account/account.js'

/** The superuser of an embedded server. */
export const superuser = 'freehold_admin'

/** Everyone on this machine who has a password. */
export const openHba: readonly string[] = ['host all all 127.0.0.1/32 scram-sha-256']

/** Reads `pg_hba.conf`. */
export async function readHba(dataDirectory: string): Promise<string> {
  return readFile(join(dataDirectory, 'pg_hba.conf'), 'utf8')
}

/** The text of a `pg_hba.conf`: the administrator's line, and those given. Who is on none is refused. */
export function hbaText(lines: readonly string[]): string {
  return [
    '# Written by Freehold at every start.',
    `host all ${superuser} 127.0.0.1/32 scram-sha-256`,
    ...lines,
    '',
  ].join('\n')
}

/** Replaces `pg_hba.conf` in one step. A running server heeds it at its next reload. */
export async function writeHba(
  dataDirectory: string,
  text: string,
  account: Account | undefined,
): Promise<void> {
  const draft = join(dataDirectory, `pg_hba.${randomUUID()}`)
  const file = await open(draft, 'wx', 0o600)
  try {
    if (account) await file.chown(account.uid, account.gid)
    await file.writeFile(text)
    await file.close()
    await rename(draft, join(dataDirectory, 'pg_hba.conf'))
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(draft, { force: true })
    throw error
  }
}
