import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import {
  belowSourceRoot,
  checkSystem,
  githubAnnotations,
  sarifOf,
  type CheckReport,
} from '../../checking/index.js'
import { toolVersion } from '../../config/tool-version.js'
import type { CheckFormat } from '../check-formats.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { liveSources, type LiveFlags } from '../live-flags.js'
import { openapiByService } from '../openapi-flag.js'
import type { Colors } from '../terminal.js'
import { usage } from '../usage.js'
import { checkText } from '../views/check.js'

/** The flags of `freehold check`. */
export interface CheckFlags extends GlobalFlags, LiveFlags {
  readonly against?: string
  readonly format?: CheckFormat
  readonly out?: string
  readonly all: boolean
  readonly openapi?: readonly string[]
  readonly statements?: string
}

const exitCodes = { holds: 0, breaks: 1, incomplete: 2 } as const

/** `freehold check` */
export async function check(invocation: Invocation<CheckFlags>, ...services: string[]): Promise<Answer> {
  const { flags, terminal, workspace, cwd } = invocation
  if (flags.json && flags.format !== undefined && flags.format !== 'json')
    throw usage('--json is --format json: give one of the two.')
  const opened = await workspace()
  const { system, root, shadowUrl } = opened
  const report = await checkSystem({
    system,
    root,
    services,
    against: flags.against,
    all: flags.all,
    openapi: openapiByService(flags.openapi ?? [], cwd),
    statements: flags.statements === undefined ? undefined : resolve(cwd, flags.statements),
    live: await liveSources(flags, opened),
    shadowUrl,
    onProgress: (what) => terminal.status(what),
  }).finally(() => terminal.status(''))
  const format = flags.format ?? (flags.json ? 'json' : 'human')
  const below = belowSourceRoot(root)
  const text = (as: CheckFormat): string => textOf(report, as, terminal.colors, below)
  if (flags.out !== undefined) await write(resolve(cwd, flags.out), text(format))
  const shown = flags.out === undefined ? format : 'human'
  return { json: report, text: text(shown), exitCode: exitCodes[report.outcome] }
}

function textOf(report: CheckReport, format: CheckFormat, colors: Colors, below: string): string {
  switch (format) {
    case 'human':
      return checkText(report, colors)
    case 'json':
      return JSON.stringify(report, null, 2)
    case 'sarif':
      return JSON.stringify(sarifOf(report, toolVersion(), below), null, 2)
    case 'github':
      return githubAnnotations(report, below)
  }
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, `${text}\n`).catch((cause: unknown) => {
    throw new FreeholdError('FREEHOLD_CLI_OUTPUT_NOT_WRITTEN', {
      message: `The report cannot be written to ${file}.`,
      details: { file },
      cause,
    })
  })
}
