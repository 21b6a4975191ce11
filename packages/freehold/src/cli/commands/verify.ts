import { join } from 'node:path'
import { verifiedStates } from '../../verifying/verified-states.js'
import { verifySystem } from '../../verifying/verify-system.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
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
  const verdicts = await verifySystem(await opened.provisioning(), {
    ...(services.length > 0 && { services }),
    ...(flags.log !== undefined && { log: flags.log }),
    since: async (service, log) => (flags.all ? undefined : states.read(service, log)),
    onProgress: (log, done, of) => terminal.status(`${log}: ${done} of ${of} segments`),
  })
  terminal.status('')
  for (const { service, log, size, root, findings } of verdicts)
    if (findings.length === 0) await states.write(service, log, { size, root })
  return {
    json: { logs: verdicts },
    text: verdictsText(verdicts, terminal.colors),
    exitCode: verdicts.every(({ findings }) => findings.length === 0) ? 0 : 1,
  }
}
