import { readFileSync } from 'node:fs'
import { FreeholdError } from '@freehold/manifest/errors'

/** Where a connection string comes from. */
export interface CredentialSource {
  /** The connection string itself. */
  readonly url?: string | undefined
  /** A file that holds it, bare or as `DATABASE_URL=…`. It is read for every new connection. */
  readonly urlFile?: string | undefined
}

/**
 * The connection string as it is now.
 *
 * @throws FreeholdError `FREEHOLD_CONNECTION_STRING_UNREADABLE` when there is none. What was read is never part
 *   of the message.
 */
export function readConnectionUrl(source: CredentialSource): string {
  const { url, where } = source.urlFile === undefined ? fromOption(source.url) : fromFile(source.urlFile)
  if (url !== undefined && /^postgres(ql)?:/.test(url) && URL.canParse(url)) return url
  throw new FreeholdError('FREEHOLD_CONNECTION_STRING_UNREADABLE', {
    message: `There is no connection string (postgres://…) in ${where}.`,
    details: { where },
  })
}

function fromOption(url: string | undefined): { url: string | undefined; where: string } {
  return { url, where: 'the option `url`' }
}

function fromFile(file: string): { url: string | undefined; where: string } {
  try {
    return { url: connectionUrlIn(readFileSync(file, 'utf8')), where: file }
  } catch (cause) {
    throw new FreeholdError('FREEHOLD_CONNECTION_STRING_UNREADABLE', {
      message: `The file of credentials ${file} cannot be read.`,
      details: { file },
      cause,
    })
  }
}

function connectionUrlIn(content: string): string | undefined {
  const lines = content.split('\n').map((line) => line.trim())
  const assigned = lines.find((line) => line.startsWith('DATABASE_URL='))?.slice('DATABASE_URL='.length)
  const value = assigned ?? lines.find((line) => line !== '' && !line.startsWith('#'))
  return value?.replace(/^(['"])(.*)\1$/, '$2')
}
