import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FreeholdError } from '@freehold/manifest/errors'
import { rowBytes } from '@freehold/proof'
import type { ExportEnd, ExportHead } from './export-log.js'
import type { LogSource, SourceCheckpoint, SourceRow, SourceSegment } from './log-source.js'

interface Written {
  readonly segment?: Omit<SourceSegment, 'proof'> & {
    readonly proof?: {
      readonly columns: string[]
      readonly root: string
      readonly hash: string
      readonly marks: string
    }
  }
  readonly checkpoint?: SourceCheckpoint
  readonly end?: ExportEnd
}

/**
 * A log from an export. All but its rows is kept in memory; rows are read from the file when they are asked for.
 *
 * @throws FreeholdError `FREEHOLD_EXPORT_UNREADABLE` when the file is no export, or not all of one.
 */
export async function exportedLog(file: string): Promise<LogSource> {
  const segments: SourceSegment[] = []
  const checkpoints: SourceCheckpoint[] = []
  let head: ExportHead | undefined
  let end: ExportEnd | undefined
  let rows = 0
  for await (const text of linesOf(file)) {
    if (end !== undefined) throw unreadable(file, 'something follows its end')
    if (text.startsWith('[')) {
      rows += 1
      continue
    }
    const value = parsed(file, text) as Written
    if (head === undefined) head = headOf(file, value)
    else if (value.segment) segments.push(segmentOf(value.segment))
    else if (value.checkpoint) checkpoints.push(value.checkpoint)
    else if (value.end) ({ end } = value)
    else throw unreadable(file, 'it has a line that is none of an export')
  }
  if (head === undefined) throw unreadable(file, 'it is empty')
  if (end?.rows !== rows || end.segments !== segments.length)
    throw unreadable(file, 'it is not whole: its end is missing')
  const { service, log, columns, archivedTo, strays } = head
  const reader = new ExportedRows(file)
  return {
    service,
    log,
    columns,
    archivedTo,
    hashes: async () => segments.flatMap(({ proof }) => (proof ? [proof.hash] : [])),
    segments: async (from, to) => segments.filter(({ number }) => number >= from && number <= to),
    lastSegment: async () => segments.at(-1)?.number ?? 0,
    checkpoints: async (from) => checkpoints.filter(({ size }) => size >= from),
    rows: (wanted) => reader.of(new Set(wanted.map(({ number }) => number))),
    strays: async () => strays.map((seq) => ({ seq })),
  }
}

/** Reads rows of an export, onward through the file as long as segments are asked for in their order. */
class ExportedRows {
  readonly #file: string
  #lines: AsyncIterator<string> | undefined
  /** Whose rows come next. */
  #segment = 0
  /** Some of them were read already. */
  #hasBegun = false

  constructor(file: string) {
    this.#file = file
  }

  async *of(wanted: ReadonlySet<number>): AsyncGenerator<SourceRow> {
    const isBehind = Math.min(...wanted) < this.#segment + (this.#hasBegun ? 1 : 0)
    if (this.#lines === undefined || isBehind) {
      await this.#lines?.return?.()
      this.#lines = linesOf(this.#file)
      this.#segment = 0
      this.#hasBegun = false
    }
    const last = Math.max(...wanted)
    while (this.#segment <= last) {
      const next = await this.#lines.next()
      if (next.done === true) return
      const text = next.value
      if (text.startsWith('{"segment"')) {
        this.#segment = (parsed(this.#file, text) as Written).segment?.number ?? 0
        this.#hasBegun = false
      } else if (text.startsWith('[')) {
        this.#hasBegun = true
        if (!wanted.has(this.#segment)) continue
        const [seq, ...values] = parsed(this.#file, text) as [number, ...(string | null)[]]
        yield { segment: this.#segment, seq, bytes: rowBytes(values) }
      }
    }
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let failure: Error | undefined
  const bytes = pipeline(createReadStream(file), createGunzip(), (error) => {
    failure = error ?? undefined
  })
  try {
    for await (const text of createInterface({ input: bytes, crlfDelay: Infinity })) yield text
  } catch (cause) {
    throw unreadable(file, 'it cannot be read to its end', cause)
  }
  if (failure) throw unreadable(file, 'it cannot be read to its end', failure)
}

function headOf(file: string, value: unknown): ExportHead {
  const head = value as Partial<ExportHead>
  if (head.freehold === 'log-export.v1' && Array.isArray(head.columns) && Array.isArray(head.strays))
    return value as ExportHead
  throw unreadable(file, 'it does not begin as an export does')
}

function segmentOf({ proof, ...segment }: NonNullable<Written['segment']>): SourceSegment {
  if (proof === undefined) return { ...segment, proof: undefined }
  const [root, hash, marks] = [proof.root, proof.hash, proof.marks].map((text) => Buffer.from(text, 'base64'))
  const none = Buffer.alloc(0)
  return {
    ...segment,
    proof: { columns: proof.columns, root: root ?? none, hash: hash ?? none, marks: marks ?? none },
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(file, 'it has a line that is no JSON', cause)
  }
}

function unreadable(file: string, why: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_EXPORT_UNREADABLE', {
    message: `${file} cannot be verified: ${why}.`,
    details: { file },
    cause,
  })
}
