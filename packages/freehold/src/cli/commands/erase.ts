import { open, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { certifyErasure, eraseSubject, erasingServices, scrubTables } from '../../erasing/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { usage } from '../usage.js'
import { erasureReportText, scrubbedText } from '../views/erasures.js'

/** The flags of `freehold erase`. */
export type EraseFlags = GlobalFlags & {
  readonly subject: string
  readonly purpose?: string
  readonly reason?: string
  readonly timeout: number
  readonly certificate?: string
  readonly scrub: boolean
  readonly yes: boolean
}

const notInTime = 2

/** No key store takes more. */
const longestSubject = 200

/** `freehold erase` */
export async function erase(invocation: Invocation<EraseFlags>): Promise<Answer> {
  const { flags, terminal, workspace, cwd } = invocation
  const { subject, purpose, reason, timeout } = flags
  if (subject.trim() === '') throw usage('--subject names nobody.')
  if (subject.length > longestSubject) throw usage(`--subject has at most ${longestSubject} characters.`)
  if (!(timeout >= 0)) throw usage('--timeout is no number of seconds.')
  if (subject !== subject.trim()) throw usage('--subject begins or ends with a space.')
  if (subject.includes('@')) throw usage('--subject is an id, and no address: it is kept in logs for ever.')
  const context = await (await workspace()).provisioning()
  const file = flags.certificate === undefined ? undefined : await writable(resolve(cwd, flags.certificate))
  if (!flags.yes) await confirmed(invocation, erasingServices(context.system).length)
  const report = await eraseSubject(context, {
    subject,
    ...(purpose !== undefined && { purpose }),
    ...(reason !== undefined && { reason }),
    timeoutMs: timeout * 1_000,
    onProgress: ({ service, erasedAt, forgottenAt }) =>
      terminal.status(`${service}: ${erasedAt ? 'erased' : forgottenAt ? 'keys destroyed' : 'asked'}`),
  }).finally(() => terminal.status(''))
  const texts = [erasureReportText(report, terminal.colors)]
  if (report.missing.length > 0) return { json: report, text: texts.join('\n'), exitCode: notInTime }
  if (flags.scrub)
    texts.push(
      scrubbedText(
        await scrubTables(context, (service, table) => terminal.status(`${service}: ${table}`)),
        terminal.colors,
      ),
    )
  terminal.status('')
  if (file === undefined) return { json: report, text: texts.join('\n') }
  const certificate = await certifyErasure(context, { subject, ...(purpose !== undefined && { purpose }) })
  await writeFile(file, `${JSON.stringify(certificate, null, 2)}\n`)
  return { json: { ...report, certificate: file }, text: [...texts, file].join('\n') }
}

/** Before anybody is erased: afterwards it would look as if nothing had happened. */
async function writable(file: string): Promise<string> {
  try {
    await (await open(file, 'a')).close()
    return file
  } catch (cause) {
    throw new FreeholdError('FREEHOLD_CLI_OUTPUT_NOT_WRITTEN', {
      message: `${file} cannot be written, so nobody was erased.`,
      details: { file },
      cause,
    })
  }
}

async function confirmed({ terminal, flags }: Invocation<EraseFlags>, services: number): Promise<void> {
  if (!terminal.interactive)
    throw new FreeholdError('FREEHOLD_CLI_NOT_CONFIRMED', {
      message: 'There is no terminal to ask at, so nobody was erased.',
      fix: 'Run it again with --yes. There is no way back.',
    })
  const { confirm } = await import('@clack/prompts')
  const what = flags.purpose === undefined ? '' : `, for the purpose "${flags.purpose}"`
  const message = `Erase ${flags.subject} from ${services} services${what}? Nobody can undo it.`
  if ((await confirm({ message, initialValue: false })) === true) return
  throw new FreeholdError('FREEHOLD_CLI_NOT_CONFIRMED', { message: 'Not confirmed. Nobody was erased.' })
}
