import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { rowFields } from '@freehold/proof'
import type { LogSource, SourceSegment } from './log-source.js'

/** What an export begins with. */
export interface ExportHead {
  readonly freehold: 'log-export.v1'
  readonly service: string
  readonly log: string
  readonly columns: LogSource['columns']
  readonly archivedTo: number
  readonly strays: readonly number[]
}

/** How many there are of what is in an export: its last line, without which it is not whole. */
export interface ExportEnd {
  readonly segments: number
  readonly rows: number
}

const segmentsAtATime = 64

/**
 * Writes all of a log that is signed into a file of compressed JSON lines: a head, the checkpoints, and each segment with
 * its rows. It is verified without a database, and whoever gets it needs no more than it and the keys.
 *
 * @param file - It is there when all is in it, and not before.
 * @returns How much it holds.
 */
export async function exportLog(source: LogSource, file: string): Promise<ExportEnd> {
  const unfinished = `${file}.unfinished`
  const end = { segments: 0, rows: 0 }
  try {
    await pipeline(
      Readable.from(linesOf(source, end)),
      createGzip(),
      createWriteStream(unfinished, { mode: 0o600, flush: true }),
    )
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  return end
}

async function* linesOf(source: LogSource, end: { segments: number; rows: number }): AsyncGenerator<string> {
  const { service, log, columns, archivedTo } = source
  const strays = (await source.strays()).map(({ seq }) => seq)
  const head: ExportHead = { freehold: 'log-export.v1', service, log, columns, archivedTo, strays }
  yield line(head)
  for (const checkpoint of await source.checkpoints(0)) yield line({ checkpoint })
  const signed = (await source.hashes()).length
  for (let from = 1; from <= signed; from += segmentsAtATime) {
    for (const segment of await source.segments(from, Math.min(signed, from + segmentsAtATime - 1))) {
      end.segments += 1
      yield line({ segment: written(segment) })
      if (segment.proof === undefined) continue
      const there = segment.proof.columns.filter((name) => columns.some((column) => column.name === name))
      for await (const { seq, bytes } of source.rows([segment], there)) {
        end.rows += 1
        yield line([seq, ...rowFields(bytes).map((field) => field?.toString() ?? null)])
      }
    }
  }
  yield line({ end })
}

/** A segment with its hashes in base64. */
function written({ proof, ...segment }: SourceSegment): object {
  if (proof === undefined) return segment
  const { columns, root, hash, marks } = proof
  return {
    ...segment,
    proof: {
      columns,
      root: root.toString('base64'),
      hash: hash.toString('base64'),
      marks: marks.toString('base64'),
    },
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
