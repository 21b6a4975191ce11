import { FreeholdError } from '@freehold/manifest/errors'
import type { Account } from '../account/account.js'
import type { PostgresBinaries } from '../binaries/binaries.js'
import { program } from '../binaries/binaries.js'
import { run } from '../process/run.js'
import { superuser } from './hba.js'

/**
 * Sets the superuser's password on a data directory whose server does not run, in PostgreSQL's
 * single-user mode: whoever may read the files needs no password, and the text passes through a pipe.
 *
 * @throws FreeholdError `FREEHOLD_EMBEDDED_FAILED` with what PostgreSQL said.
 */
export async function setPassword(options: {
  binaries: PostgresBinaries
  dataDirectory: string
  account: Account | undefined
  password: string
}): Promise<void> {
  const literal = `'${options.password.replaceAll("'", "''")}'`
  const { code, output } = await run(
    program(options.binaries, 'postgres'),
    [
      '--single',
      '-D',
      options.dataDirectory,
      '-c',
      'log_statement=none',
      '-c',
      'log_min_error_statement=panic',
      'postgres',
    ],
    options.account,
    `alter role ${superuser} with login password ${literal}\n`,
  )
  if (code === 0 && !/ERROR|FATAL/.test(output)) return
  throw new FreeholdError('FREEHOLD_EMBEDDED_FAILED', {
    message: `The password of ${superuser} could not be set in ${options.dataDirectory}.\n${output.replaceAll(literal, '…').trim()}`,
    details: { dataDirectory: options.dataDirectory },
  })
}

/**
 * @throws FreeholdError `FREEHOLD_EMBEDDED_BAD_OPTION` when the password could not be passed on whole:
 *   empty, or with a line break, a backslash or a zero byte in it.
 */
export function checkPassword(password: string): void {
  if (password !== '' && !/[\r\n\0]/.test(password)) return
  throw new FreeholdError('FREEHOLD_EMBEDDED_BAD_OPTION', {
    message: 'The password of the embedded server is empty, or has a line break or a zero byte in it.',
  })
}
