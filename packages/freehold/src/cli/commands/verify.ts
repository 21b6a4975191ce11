import { join, resolve } from 'node:path'
import { exportedLog } from '../../verifying/exported-log.js'
import { readProofFile } from '../../verifying/proof-file.js'
import { sealKeysIn } from '../../verifying/seal-keys.js'
import { verifyLog } from '../../verifying/verify-log.js'
import { verifiedStates } from '../../verifying/verified-states.js'
import type { LogVerdict, VerifiedState } from '../../verifying/index.js'
import { verifySystem } from '../../verifying/verify-system.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { usage } from '../usage.js'
import { verdictsText } from '../views/verdicts.js'

/** The flags of `freehold verify`. */
export type VerifyFlags = GlobalFlags & {
  readonly log?: string
  readonly all: boolean
  readonly export?: string
  readonly keys?: string
  readonly checkpoint?: readonly string[]
}

/** `freehold verify` */
export async function verify(invocation: Invocation<VerifyFlags>, ...services: string[]): Promise<Answer> {
  const { flags, workspace, terminal } = invocation
  if (flags.export !== undefined) return verifyExport(invocation, flags.export, services)
  if (flags.checkpoint !== undefined || flags.keys !== undefined)
    throw usage('--keys and --checkpoint go with --export.')
  const opened = await workspace()
  const states = verifiedStates(join(opened.state, 'verified'))
  const before = new Map<string, VerifiedState | undefined>()
  const verdicts = await verifySystem(await opened.provisioning(), {
    ...(services.length > 0 && { services }),
    ...(flags.log !== undefined && { log: flags.log }),
    since: async (service, log) => {
      const since = flags.all ? undefined : await states.read(service, log)
      before.set(`${service}.${log}`, since)
      return since
    },
    onProgress: (log, done, of) => terminal.status(`${log}: ${done} of ${of} segments`),
  })
  terminal.status('')
  for (const { service, log, size, root, findings, witnesses } of verdicts) {
    if (findings.length > 0) continue
    const compared = witnesses.flatMap(({ witness, seq }) =>
      seq === undefined ? [] : [[witness, seq] as const],
    )
    const heard = { ...before.get(`${service}.${log}`)?.heard, ...Object.fromEntries(compared) }
    await states.write(service, log, { size, root, heard })
  }
  return answerOf(verdicts, invocation)
}

/** Without a database, and without a configuration where the keys are given. */
async function verifyExport(
  invocation: Invocation<VerifyFlags>,
  file: string,
  services: readonly string[],
): Promise<Answer> {
  const { flags, workspace, cwd, terminal } = invocation
  if (services.length > 0 || flags.log !== undefined) throw usage('--export says which log it is.')
  const keysFile = flags.keys ?? join((await workspace()).state, 'credentials', 'services.seal-keys')
  const keys = await sealKeysIn(resolve(cwd, keysFile))
  const witnesses = await Promise.all(
    (flags.checkpoint ?? []).map(async (witness) => ({
      witness,
      notes: [{ witness, note: await readProofFile(resolve(cwd, witness)) }],
    })),
  )
  const source = await exportedLog(resolve(cwd, file))
  const onProgress = (done: number, of: number): void => terminal.status(`${done} of ${of} segments`)
  const verdict = await verifyLog(source, { keys, witnesses, onProgress })
  terminal.status('')
  return answerOf([verdict], invocation)
}

function answerOf(verdicts: readonly LogVerdict[], { terminal }: Invocation<VerifyFlags>): Answer {
  return {
    json: { logs: verdicts },
    text: verdictsText(verdicts, terminal.colors),
    exitCode: exitCodeOf(verdicts),
  }
}

function exitCodeOf(verdicts: readonly LogVerdict[]): number {
  if (verdicts.some(({ findings }) => findings.length > 0)) return 1
  return verdicts.some(({ witnesses }) => witnesses.some(({ unreadable }) => unreadable !== undefined))
    ? 2
    : 0
}
