import type { NoteVerifier } from '@freehold/proof'
import type { Finding, LogVerdict } from './finding.js'
import type { LogSource } from './log-source.js'
import { Roots } from './roots.js'
import { verifyCheckpoints } from './verify-checkpoints.js'
import { missing, verifySegments } from './verify-segments.js'
import { compareWitnesses, type Witness } from './witnessed.js'

/** How far a log was found to hold, by whoever verified it before. */
export interface VerifiedState {
  readonly size: number
  /** In base64. */
  readonly root: string
  /** The last row that was compared of each witness. */
  readonly heard?: Readonly<Record<string, number>>
}

/** How a log is verified. */
export interface VerifyOptions {
  readonly keys: readonly NoteVerifier[]
  /** What others keep of it, read before the log: what they hear meanwhile may be of segments to come. */
  readonly witnesses?: readonly Witness[]
  /** Only what is new since then; all of it when absent. */
  readonly since?: VerifiedState | undefined
  /** Told how many segments were looked at, of how many. */
  readonly onProgress?: (done: number, of: number) => void
}

/**
 * Verifies a log: recomputes the hash of each row, segment and tree, and compares them with what was signed, with what
 * was found the last time, and with what others keep.
 *
 * @returns What was found. Nothing of it is an error: a log that does not hold has findings.
 */
export async function verifyLog(source: LogSource, options: VerifyOptions): Promise<LogVerdict> {
  const { onProgress = () => undefined } = options
  const findings: Finding[] = []
  const hashes = await source.hashes()
  const roots = new Roots(hashes)
  const since = startOf(roots, options.since, findings)
  const checkpoints = verifyCheckpoints(
    await source.checkpoints(since),
    options.keys,
    source,
    roots,
    findings,
  )
  const last = await source.lastSegment()
  const signed = hashes.length
  if (last < signed) findings.push(missing(last + 1, 'segments that were signed are not there'))
  const checked = await verifySegments(source, since, Math.min(last, signed), hashes, findings, onProgress)
  const newest = checkpoints.at(-1)
  if (signed > (newest?.size ?? 0))
    findings.push({
      kind: 'checkpoint missing',
      size: signed,
      detail: `no checkpoint says so of all ${signed} segments that have a proof`,
    })
  for (const { seq } of await source.strays())
    findings.push({
      kind: 'stray',
      detail: `the row with the seq ${seq} was put in past the sealer: no segment has it`,
    })
  const compared = compareWitnesses(source, options.witnesses ?? [], options.keys, roots)
  findings.push(...compared.findings)
  return {
    service: source.service,
    log: source.log,
    size: signed,
    position: newest?.position ?? 0,
    signedAt: newest?.at,
    root: roots.at(signed).toString('base64'),
    checked,
    verifiedBefore: since,
    waiting: Math.max(0, last - signed),
    witnesses: compared.verdicts,
    archived: source.archivedTo,
    findings,
  }
}

function startOf(roots: Roots, since: VerifiedState | undefined, findings: Finding[]): number {
  if (since === undefined) return 0
  if (since.size > roots.size) {
    const detail = `it had ${since.size} segments when it was verified last, and has ${roots.size}`
    findings.push({ kind: 'cut off', witness: 'the last verification', size: since.size, detail })
    return 0
  }
  if (roots.at(since.size).toString('base64') === since.root) return since.size
  const detail = `its first ${since.size} segments are not those that were verified last`
  findings.push({ kind: 'rewritten', witness: 'the last verification', size: since.size, detail })
  return 0
}
