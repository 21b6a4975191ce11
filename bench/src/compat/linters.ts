import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from './cases.js'

/** What a linter says about the files of cases: by the name of a case, what it objects to. */
export type Objections = ReadonlyMap<string, readonly string[]>

/** squawk's rules about what other programs could do before. The others are about locks and style. */
const aboutCompatibility = [
  'adding-not-nullable-field',
  'adding-required-field',
  'ban-alter-domain-with-add-constraint',
  'ban-drop-column',
  'ban-drop-not-null',
  'ban-drop-table',
  'changing-column-type',
  'disallowed-unique-constraint',
  'renaming-column',
  'renaming-table',
]

/** pgfence has no such rules of its own; its word is how risky a statement is. */
const pgfence = '@flvmnt/pgfence@0.1.5'

/** Asks squawk, which is installed with this folder. */
export async function askSquawk(cases: readonly Case[]): Promise<Objections> {
  const require = createRequire(createRequire(import.meta.url).resolve('squawk-cli/package.json'))
  const binary = require.resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/squawk`)
  const answer = await output(binary, [
    '--reporter',
    'json',
    '--pg-version',
    '18',
    ...cases.map(({ file }) => file),
  ])
  const said = JSON.parse(answer) as { file: string; rule_name: string }[]
  return objections(cases, (file) =>
    said
      .filter((each) => each.file === file && aboutCompatibility.includes(each.rule_name))
      .map((each) => each.rule_name),
  )
}

/**
 * Asks pgfence, which npm fetches for this run: its licence is not one for a dependency.
 *
 * @returns Nothing where it cannot be had.
 */
export async function askPgfence(cases: readonly Case[]): Promise<Objections | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-pgfence-'))
  try {
    const npx = [
      'exec',
      '--yes',
      `--package=${pgfence}`,
      '--',
      'pgfence',
      'analyze',
      '--format',
      'sql',
      '--output',
      'json',
    ]
    const files = await Promise.all(
      cases.map(async ({ migration }, index) => {
        const file = join(folder, `${index}.sql`)
        await writeFile(file, migration)
        return file
      }),
    )
    const answer = await output('npm', [...npx, ...files])
    const { results } = JSON.parse(answer) as {
      results: { filePath: string; checks: { ruleId: string; risk: string }[] }[]
    }
    return objections(cases, (_, index) =>
      (results.find(({ filePath }) => filePath === files[index])?.checks ?? [])
        .filter(({ risk }) => risk === 'HIGH' || risk === 'CRITICAL')
        .map(({ ruleId }) => ruleId),
    )
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true })
  }
}

function objections(
  cases: readonly Case[],
  find: (file: string, index: number) => readonly string[],
): Objections {
  return new Map(cases.map(({ name, file }, index) => [name, find(file, index)]))
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (some: string) => (text += some))
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
}
