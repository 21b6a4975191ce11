import { resolve } from 'node:path'
import { serviceNamed } from '@freehold/manifest'
import { draftRelease, type ReleaseDraft } from '../../releases/release-draft.js'
import { releaseService, type ReleasedService } from '../../releases/release-service.js'
import { openShadow } from '../../shadow/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { liveSources, type LiveFlags } from '../live-flags.js'
import { openapiByService } from '../openapi-flag.js'
import { releasesText } from '../views/releases.js'

/** The flags of `freehold release`. */
export interface ReleaseFlags extends GlobalFlags, LiveFlags {
  readonly statements?: readonly string[]
  readonly openapi?: readonly string[]
}

/** `freehold release` */
export async function release(
  { flags, terminal, cwd, workspace }: Invocation<ReleaseFlags>,
  ...names: readonly string[]
): Promise<Answer> {
  const opened = await workspace()
  const { system, root, shadowUrl } = opened
  const services = (names.length > 0 ? names : system.services.map(({ name }) => name)).map((name) =>
    serviceNamed(system, name),
  )
  const openapi = openapiByService(flags.openapi ?? [], cwd)
  for (const name of Object.keys(openapi)) serviceNamed(system, name)
  const live = await liveSources(flags, opened)
  const recordings = (flags.statements ?? []).map((path) => resolve(cwd, path))
  // All that can be refused is, before a server is booted.
  const drafts: ReleaseDraft[] = []
  for (const service of services)
    drafts.push(
      await draftRelease(service, { system, root, recordings, live, openapi: openapi[service.name] }),
    )
  terminal.status('a shadow: provisioning, migrating')
  const shadow = await openShadow({ url: shadowUrl })
  try {
    const at = await shadow.provision({ system, root })
    const released: ReleasedService[] = []
    for (const draft of drafts) {
      terminal.status(`${draft.service.name}: releasing`)
      released.push(await releaseService(system, draft, at.adminUrl(draft.service.name)))
    }
    return { json: { releases: released }, text: releasesText(released, terminal.colors) }
  } finally {
    terminal.status('')
    await shadow.remove()
  }
}
