import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Account } from '../account/account.js'
import { withConnection } from './connection.js'
import { hbaText, readHba, writeHba } from './hba.js'

const patience = 5_000

/**
 * Replaces the lines of a running server's `pg_hba.conf`, and waits until they hold for new connections.
 *
 * @throws FreeholdError `FREEHOLD_EMBEDDED_BAD_OPTION` when PostgreSQL does not understand a line; the
 *   file is then as it was.
 */
export async function replaceHba(options: {
  url: string
  dataDirectory: string
  account: Account | undefined
  lines: readonly string[]
}): Promise<void> {
  const { url, dataDirectory, account, lines } = options
  const before = await readHba(dataDirectory)
  await writeHba(dataDirectory, hbaText(lines), account)
  const wrong = await errorsInFile(url)
  if (wrong.length > 0) {
    await writeHba(dataDirectory, before, account)
    throw new FreeholdError('FREEHOLD_EMBEDDED_BAD_OPTION', {
      message: `PostgreSQL does not understand the lines for pg_hba.conf: ${wrong.join('; ')}.`,
      details: { errors: wrong },
    })
  }
  const loaded = await loadTime(url)
  await withConnection(url, async (client) => client.query('select pg_reload_conf()'))
  const until = Date.now() + patience
  // The postmaster reads the file when it gets to it; a new connection shows when it last did.
  while ((await loadTime(url)) === loaded && Date.now() < until) await sleep(10)
}

async function errorsInFile(url: string): Promise<string[]> {
  return withConnection(url, async (client) => {
    const { rows } = await client.query<{ error: string }>(
      'select error from pg_hba_file_rules where error is not null order by line_number',
    )
    return rows.map(({ error }) => error)
  })
}

async function loadTime(url: string): Promise<string> {
  return withConnection(url, async (client) => {
    const { rows } = await client.query<{ at: string }>('select pg_conf_load_time()::text as at')
    return rows[0]?.at ?? ''
  })
}
