import { join } from 'node:path'
import { verifiedStates } from '../../verifying/verified-states.js'
import { verifySystem } from '../../verifying/verify-system.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import type { LogVerdict, VerifiedState } from '../../verifying/index.js'
import { verdictsText } from '../views/verdicts.js'

/** The flags of `freehold verify`. */
export type VerifyFlags = GlobalFlags & { readonly log?: string; readonly all: boolean }

/** `freehold verify` */
export async function verify(
  { flags, workspace, terminal }: Invocation<VerifyFlags>,
  ...services: string[]
): Promise<Answer> {
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
