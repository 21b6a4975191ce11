import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { MigrationFile } from '../../migrations/migration-file.js'
import type { ParsedMigration } from '../../migrations/statements.js'
import type { CheckFinding } from '../finding.js'
import type { NotLookedAt } from '../part.js'
import { switchedOff } from './squawk-rules.js'

/** What squawk says of one place. It counts lines and columns from 0. */
interface SquawkFinding {
  readonly line: number
  readonly column: number
  readonly message: string
  readonly help: string | null
  readonly rule_name: string
}

/** What squawk found in files, or why it could not be asked. */
export type SquawkAnswer =
  { readonly findings: readonly CheckFinding[] } | { readonly notLookedAt: NotLookedAt }

/** A migration, and how it is called in findings. */
export interface SquawkFile {
  readonly migration: MigrationFile | ParsedMigration
  /** Relative to the folder of the configuration. */
  readonly file: string
}

/**
 * Asks squawk, the linter for migrations, of each file. It says how long which lock is held; what ownership knows is not
 * its affair.
 *
 * @param binary - Its program; that of the package `squawk-cli` when absent.
 */
export async function askSquawk(
  service: string,
  files: readonly SquawkFile[],
  binary: string | undefined = squawkBinary(),
): Promise<SquawkAnswer> {
  if (binary === undefined) return { notLookedAt: notInstalled }
  const findings: CheckFinding[] = []
  for (const { migration, file } of files) {
    const answer = await run(binary, argumentsFor(migration, file), migration.sql)
    const said = answer === undefined ? undefined : parsed(answer)
    if (said === undefined) return { notLookedAt: failed(file) }
    findings.push(...said.map((each) => findingOf(service, file, each)))
  }
  return { findings }
}

const notInstalled: NotLookedAt = {
  why: 'squawk, which looks for locks that are held too long, is not installed for this platform.',
  fix: 'Install it with `npm install --include=optional squawk-cli`, or run the check where there is one.',
}

function failed(file: string): NotLookedAt {
  return {
    why: `squawk could not look at ${file}.`,
    fix: 'Run `npx squawk` on the file, and see what it says.',
  }
}

function argumentsFor(migration: MigrationFile | ParsedMigration, file: string): string[] {
  const isTransaction = 'transactional' in migration && migration.transactional
  return [
    ...['--reporter', 'json', '--stdin-filepath', file, '--pg-version', '18'],
    ...['--exclude', Object.keys(switchedOff).join(',')],
    ...(isTransaction ? ['--assume-in-transaction'] : []),
  ]
}

function findingOf(service: string, file: string, said: SquawkFinding): CheckFinding {
  const isSyntax = said.rule_name === 'syntax-error'
  return {
    rule: `squawk/${said.rule_name}`,
    // PostgreSQL's own parser has read the file: what squawk cannot read it merely does not know.
    severity: isSyntax ? 'note' : 'warning',
    service,
    message: isSyntax
      ? `squawk does not know this syntax, which PostgreSQL does: ${said.message}`
      : said.message,
    fix: said.help ?? `See https://squawkhq.com/docs/${said.rule_name}.`,
    place: { file, line: said.line + 1, column: said.column + 1 },
  }
}

/** The program of the package's own, for this platform. The package is a script that starts it. */
function squawkBinary(): string | undefined {
  const name = process.platform === 'win32' ? 'squawk.exe' : 'squawk'
  try {
    // Its programs are dependencies of its own, which may lie inside of it.
    const squawk = createRequire(createRequire(import.meta.url).resolve('squawk-cli/package.json'))
    return squawk.resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/${name}`)
  } catch {
    return undefined
  }
}

function run(binary: string, args: readonly string[], input: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    let answer = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text))
    child.on('error', () => resolve(undefined))
    child.on('close', () => resolve(answer))
    // It may end before it has read all; what it answered is judged then.
    child.stdin.on('error', () => undefined).end(input)
  })
}

function parsed(answer: string): SquawkFinding[] | undefined {
  try {
    const list: unknown = JSON.parse(answer)
    return Array.isArray(list) ? (list as SquawkFinding[]) : undefined
  } catch {
    return undefined
  }
}
