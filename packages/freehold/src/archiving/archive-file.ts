import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { FreeholdError } from '@freehold/manifest/errors'

/** The first line of an archive. */
export interface ArchiveHead {
  readonly freehold: 'archive'
  readonly version: 1
  readonly service: string
  readonly log: string
  readonly fromSeq: number
  readonly toSeq: number
  /** The segments that have a row in it, as the database has them. */
  readonly segments: readonly unknown[]
}

/** What an archive holds. */
export interface ArchiveContent {
  readonly head: ArchiveHead
  readonly rows: number
  /** The SHA-256 of the SHA-256 of each line, in the order of their seqs. */
  readonly rowsSha256: string
  /** The SHA-256 of the file. */
  readonly fileSha256: string
}

/** Writes an archive, and comes back when the disk has it. */
export async function writeArchive(
  file: string,
  head: ArchiveHead,
  lines: AsyncIterable<string>,
): Promise<void> {
  async function* texts(): AsyncGenerator<string> {
    yield `${JSON.stringify(head)}\n`
    for await (const line of lines) yield `${line}\n`
  }
  await pipeline(Readable.from(texts()), createGzip(), createWriteStream(file, { mode: 0o600 }))
  await flush(file)
}

/** Gives an archive its name, for good: a crash leaves the one name or the other. */
export async function nameArchive(from: string, to: string): Promise<void> {
  await rename(from, to)
  await flush(dirname(to))
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Reads an archive through.
 *
 * @throws FreeholdError `FREEHOLD_ARCHIVE_DIFFERS` when it is none, or broken.
 */
export async function readArchive(file: string): Promise<ArchiveContent> {
  const ofFile = createHash('sha256')
  const ofRows = createHash('sha256')
  let head: ArchiveHead | undefined
  let rows = 0
  try {
    const source = createReadStream(file)
    source.on('data', (chunk) => ofFile.update(chunk))
    const unzipped = createGunzip()
    const reading = pipeline(source, unzipped)
    reading.catch(() => undefined)
    for await (const line of createInterface({ input: unzipped, crlfDelay: Infinity })) {
      if (head === undefined) head = headIn(line)
      else {
        ofRows.update(createHash('sha256').update(line).digest())
        rows += 1
      }
    }
    await reading
  } catch (cause) {
    throw cause instanceof FreeholdError ? cause : broken(file, 'it cannot be read', cause)
  }
  if (head === undefined) throw broken(file, 'it is empty')
  return { head, rows, rowsSha256: ofRows.digest('hex'), fileSha256: ofFile.digest('hex') }

  function headIn(line: string): ArchiveHead {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && Reflect.get(value, 'freehold') === 'archive')
      return value as ArchiveHead
    throw broken(file, 'it is no archive of a log')
  }
}

/** An archive that is not what it must be. */
export function broken(file: string, reason: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_ARCHIVE_DIFFERS', {
    message: `The archive ${file} is not good: ${reason}.`,
    details: { file, reason },
    cause,
  })
}
