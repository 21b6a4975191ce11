import { rotateCredentials } from '../../credentials/rotate.js'
import { displayPath } from '../../migrations/display-path.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'

/** `freehold credentials rotate` */
export async function credentialsRotate(
  { terminal, workspace }: Invocation<GlobalFlags>,
  ...services: readonly string[]
): Promise<Answer> {
  const context = await (await workspace()).provisioning()
  const rotated = await rotateCredentials(context, services.length === 0 ? undefined : services)
  const { green, dim } = terminal.colors
  const lines = rotated.map(
    ({ service, role, key, file }) =>
      `${green('✓')} ${role ?? `${key} of ${service}`} ${dim(displayPath(file))}`,
  )
  return { json: { rotated }, text: lines.join('\n') }
}
