import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  openNote,
  readCheckpoint,
  verifyConsistencyProof,
  verifyRowProof,
  type Checkpoint,
  type ConsistencyProof,
  type RowProof,
  type NoteVerifier,
} from '@freehold/proof'
import { exportLog } from '../../verifying/export-log.js'
import { readProofFile } from '../../verifying/proof-file.js'
import { proveConsistency, proveRow } from '../../verifying/prove-row.js'
import { sealKeys, sealKeysIn } from '../../verifying/seal-keys.js'
import { withLog } from '../../verifying/with-log.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { usage } from '../usage.js'

/** The flags of `freehold logs export`. */
export type ExportFlags = GlobalFlags & { readonly to: string }

/** The flags of `freehold logs prove`. */
export type ProveFlags = GlobalFlags & {
  readonly to?: string
  readonly position?: number
  readonly since?: string
}

/** The flags of `freehold logs check`. */
export type CheckFlags = GlobalFlags & { readonly keys?: string }

/** `freehold logs export` */
export async function logsExport(
  { flags, workspace, cwd }: Invocation<ExportFlags>,
  service: string,
  log: string,
): Promise<Answer> {
  const file = resolve(cwd, flags.to)
  const context = await (await workspace()).provisioning()
  const { segments, rows } = await withLog(context, { service, log }, (source) => exportLog(source, file))
  return {
    json: { file, segments, rows },
    text: `${rows} rows in ${segments} segments of ${service}.${log}: ${file}`,
  }
}

/** `freehold logs prove` */
export async function logsProve(
  { flags, workspace, cwd }: Invocation<ProveFlags>,
  service: string,
  log: string,
): Promise<Answer> {
  const { position } = flags
  if ((position === undefined) === (flags.since === undefined))
    throw usage('Give either --position, or --since with a checkpoint.')
  const opened = await workspace()
  const context = await opened.provisioning()
  const note = flags.since === undefined ? undefined : await readProofFile(resolve(cwd, flags.since))
  const size =
    note === undefined ? 0 : readCheckpoint(openNote(note, await sealKeys(context.credentials)).text).size
  const proof = await withLog(
    context,
    { service, log },
    async (source): Promise<ConsistencyProof | RowProof> =>
      note === undefined ? proveRow(source, position ?? 0) : proveConsistency(source, note, size),
  )
  const text = JSON.stringify(proof, null, 2)
  if (flags.to === undefined) return { json: proof, text }
  const file = resolve(cwd, flags.to)
  await writeFile(file, `${text}\n`)
  return { json: { file }, text: file }
}

/** `freehold logs check` */
export async function logsCheck(
  { flags, workspace, cwd }: Invocation<CheckFlags>,
  file: string,
): Promise<Answer> {
  const keys =
    flags.keys === undefined ? await ownKeys(workspace) : await sealKeysIn(resolve(cwd, flags.keys))
  const text = await readProofFile(resolve(cwd, file))
  const proof = jsonIn(text)
  if (typeof proof !== 'object' || proof === null) {
    const checkpoint = readCheckpoint(openNote(text, keys).text)
    return { json: { checkpoint }, text: `A checkpoint: ${checkpointLine(checkpoint)}` }
  }
  if ((proof as Partial<ConsistencyProof>).freehold === 'consistency-proof.v1') {
    const { earlier, later } = verifyConsistencyProof(proof, keys)
    return {
      json: { earlier, later },
      text: `Nothing was changed in between.\n  ${checkpointLine(earlier)}\n  ${checkpointLine(later)}`,
    }
  }
  const checkpoint = verifyRowProof(proof, keys)
  const { position, row } = proof as { position: number; row: Record<string, string | null> }
  const values = Object.entries(row).map(([name, value]) => `  ${name}: ${value ?? '(null)'}`)
  return {
    json: { position, row, checkpoint },
    text: [`The row at position ${position} of ${checkpointLine(checkpoint)}`, ...values].join('\n'),
  }
}

async function ownKeys(workspace: Invocation<GlobalFlags>['workspace']): Promise<NoteVerifier[]> {
  const { state } = await workspace()
  return sealKeysIn(join(state, 'credentials', 'services.seal-keys'))
}

function checkpointLine({ service, log, size, position, at }: Checkpoint): string {
  return `${service}.${log}, signed at ${at.toISOString()} with ${size} segments, to position ${position}`
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Then it is a checkpoint, or nothing that we know, which is told by what reads it.
    return undefined
  }
}
