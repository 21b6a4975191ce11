import { chown, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Account } from '../account/account.js'
import type { PostgresBinaries } from '../binaries/binaries.js'
import { program } from '../binaries/binaries.js'
import { run } from '../process/run.js'
import { superuser } from './hba.js'

/**
 * Makes a data directory. It appears under its name only when it is whole: one that was interrupted is
 * begun again.
 *
 * @throws FreeholdError `FREEHOLD_EMBEDDED_FAILED` with what initdb said.
 */
export async function initialize(options: {
  binaries: PostgresBinaries
  dataDirectory: string
  account: Account | undefined
  password: string
  durable: boolean
}): Promise<void> {
  const { binaries, dataDirectory, account } = options
  const unfinished = `${dataDirectory}.unfinished`
  const passwordFile = `${dataDirectory}.password`
  await rm(unfinished, { recursive: true, force: true })
  await rm(passwordFile, { force: true })
  try {
    await mkdir(unfinished, { mode: 0o700 })
    if (account) await chown(unfinished, account.uid, account.gid)
    await writeSecret(passwordFile, options.password, account)
    const args = [
      '-D',
      unfinished,
      '-U',
      superuser,
      `--pwfile=${passwordFile}`,
      ...initArguments(binaries.major),
    ]
    if (!options.durable) args.push('--no-sync')
    const { code, signal, output } = await run(program(binaries, 'initdb'), args, account)
    if (code !== 0) throw initFailed(dataDirectory, `initdb ended with ${code ?? signal}`, output)
    await rename(unfinished, dataDirectory)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(unfinished, { recursive: true, force: true })
  }
}

/**
 * @throws FreeholdError `FREEHOLD_EMBEDDED_VERSION` when the data was made by another major version, and
 *   `FREEHOLD_EMBEDDED_FAILED` when the directory holds something else.
 */
export async function checkVersion(dataDirectory: string, binaries: PostgresBinaries): Promise<void> {
  const text = await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (text === undefined) {
    throw new FreeholdError('FREEHOLD_EMBEDDED_FAILED', {
      message: `${dataDirectory} exists, but is no data directory of PostgreSQL.`,
      fix: 'Name a directory that does not exist yet, or remove this one.',
      details: { dataDirectory },
    })
  }
  if (Number.parseInt(text, 10) === binaries.major) return
  throw new FreeholdError('FREEHOLD_EMBEDDED_VERSION', {
    message: `The data in ${dataDirectory} was made by PostgreSQL ${text.trim()}; the binaries are ${binaries.major}.`,
    details: { dataDirectory, data: text.trim(), binaries: binaries.major },
  })
}

/** The same order and the same letters everywhere: by code point, whatever the machine's locale is. */
function initArguments(major: number): string[] {
  const locale =
    major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : [process.platform === 'linux' ? '--locale=C.UTF-8' : '--locale=C']
  return [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-instructions',
    '--text-search-config=english',
    ...locale,
  ]
}

async function writeSecret(path: string, secret: string, account: Account | undefined): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    if (account) await file.chown(account.uid, account.gid)
    await file.writeFile(secret)
  } finally {
    await file.close()
  }
}

function initFailed(dataDirectory: string, what: string, output: string): FreeholdError {
  return new FreeholdError('FREEHOLD_EMBEDDED_FAILED', {
    message: `The data directory ${dataDirectory} could not be made: ${what}.\n${output.trim().split('\n').slice(-12).join('\n')}`,
    details: { dataDirectory },
  })
}
