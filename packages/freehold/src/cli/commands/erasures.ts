import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import {
  certifyErasure,
  erasingServices,
  erasureStates,
  scrubTables,
  verifyCertificate,
} from '../../erasing/index.js'
import { readProofFile } from '../../verifying/proof-file.js'
import { sealKeysIn } from '../../verifying/seal-keys.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { certificateText, erasureStatesText, scrubbedText } from '../views/erasures.js'

/** The flags of `freehold erasures list`. */
export type ListFlags = GlobalFlags & { readonly subject?: string }

/** The flags of `freehold erasures certify`. */
export type CertifyFlags = GlobalFlags & {
  readonly subject: string
  readonly purpose?: string
  readonly to: string
}

/** The flags of `freehold erasures check`. */
export type CheckFlags = GlobalFlags & { readonly keys?: string }

/** `freehold erasures list` */
export async function erasuresList({ flags, workspace, terminal }: Invocation<ListFlags>): Promise<Answer> {
  const { system, credentials } = await (await workspace()).migrations()
  const query = flags.subject === undefined ? {} : { subject: flags.subject }
  const found = await Promise.all(
    erasingServices(system).map((service) => erasureStates({ system, credentials }, service, query)),
  )
  const erasures = found.flat()
  return { json: { erasures }, text: erasureStatesText(erasures, terminal.colors) }
}

/** `freehold erasures certify` */
export async function erasuresCertify({ flags, workspace, cwd }: Invocation<CertifyFlags>): Promise<Answer> {
  const { subject, purpose } = flags
  const context = await (await workspace()).provisioning()
  const certificate = await certifyErasure(context, { subject, ...(purpose !== undefined && { purpose }) })
  const file = resolve(cwd, flags.to)
  await writeFile(file, `${JSON.stringify(certificate, null, 2)}\n`)
  return { json: { file }, text: file }
}

/** `freehold erasures check` */
export async function erasuresCheck(
  { flags, workspace, cwd, terminal }: Invocation<CheckFlags>,
  file: string,
): Promise<Answer> {
  const certificate = jsonIn(await readProofFile(resolve(cwd, file)), file)
  const opened = await workspace().catch(onlyWithKeys(flags.keys))
  const keysFile = flags.keys ?? join(opened?.state ?? '', 'credentials', 'services.seal-keys')
  const keys = await sealKeysIn(resolve(cwd, keysFile))
  const certified = verifyCertificate(certificate, keys, opened?.system)
  return { json: certified, text: certificateText(certified, terminal.colors) }
}

/** `freehold erasures scrub` */
export async function erasuresScrub({ workspace, terminal }: Invocation<GlobalFlags>): Promise<Answer> {
  const context = await (await workspace()).provisioning()
  const scrubbed = await scrubTables(context, (service, table) =>
    terminal.status(`${service}: ${table}`),
  ).finally(() => terminal.status(''))
  return { json: { scrubbed }, text: scrubbedText(scrubbed, terminal.colors) }
}

/** Who was given the keys needs no configuration. */
function onlyWithKeys(keys: string | undefined): (error: unknown) => undefined {
  return (error) => {
    if (keys !== undefined && isFreeholdError(error)) return undefined
    throw error
  }
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FreeholdError('FREEHOLD_PROOF_UNREADABLE', {
      message: `${file} is no certificate: it is not JSON.`,
      cause,
    })
  }
}
