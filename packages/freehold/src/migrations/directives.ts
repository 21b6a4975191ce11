import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from './display-path.js'
import { excerpt, locate } from './location.js'
import type { MigrationFile } from './migration-file.js'
import { comparisonForm, parseVersionRange, type VersionRange } from './version-range.js'

/** Where on its way a schema is when a migration is applied. */
export type Phase = 'expand' | 'backfill' | 'switch' | 'contract'

/** What is taken away, and how long nothing may have used it. */
export interface ContractTerm {
  /** Absent where only the versions that run are looked at. */
  readonly target?: { readonly table: string; readonly column?: string }
  /** In milliseconds. */
  readonly unusedForMs: number
  /** As it was written: `1 day`. */
  readonly unusedFor: string
}

/** What a contract step takes away, as it is told: `orders.item`, a table, or `versions` where it names neither. */
export function contractedName({ target }: ContractTerm): string {
  if (!target) return 'versions'
  return target.column === undefined ? target.table : `${target.table}.${target.column}`
}

/** What a migration says of itself, in comments at its head. */
export interface MigrationDirectives {
  readonly phase?: { readonly phase: Phase; readonly path: string }
  /** The versions of the service that may run once it is applied. */
  readonly compatible?: VersionRange
  readonly contract?: ContractTerm
}

const directive = /^[ \t]*--[ \t]*freehold:[ \t]*(.*)$/gm
const duration = /^(\d+) (second|minute|hour|day|week)s?$/
const unitMs = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const
const forms = {
  phase: '-- freehold: phase expand|backfill|switch|contract of <path>',
  compatible: '-- freehold: compatible with >=1.2.0 <2.0.0',
  contract: '-- freehold: contract <table>[.<column>]|versions after 1 day',
} as const

/**
 * The directives of a migration. Backfills, which belong to a statement and not to the file, are left to the runner.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_DIRECTIVE`, with line, column and caret.
 */
export function parseDirectives(file: MigrationFile): MigrationDirectives {
  const headEnds = endOfHead(file.sql)
  const found: { -readonly [Name in keyof MigrationDirectives]: MigrationDirectives[Name] } = {}
  for (const match of file.sql.matchAll(directive)) {
    const text = (match[1] ?? '').trimEnd()
    const index = match.index + match[0].length - (match[1] ?? '').length
    const line = { file, text, index }
    const [word = ''] = text.split(/\s/)
    if (word === 'backfill') continue
    if (!isForm(word)) throw wrong(line, 0, 'Freehold knows phase, compatible, contract and backfill.')
    if (index > headEnds)
      throw wrong(line, 0, 'It belongs to the head of the file, before the first statement.')
    if (found[word] !== undefined) throw wrong(line, 0, `A file has one line "${word}".`)
    if (word === 'phase') found.phase = parsePhase(line)
    else if (word === 'compatible') found.compatible = parseCompatible(line)
    else found.contract = parseContract(line)
  }
  return found
}

/** A time such as `1 day` in milliseconds; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  const [, count = '', unit = ''] = duration.exec(text) ?? []
  const ms = unitMs[unit as keyof typeof unitMs] as number | undefined
  return ms === undefined ? undefined : Number(count) * ms
}

interface Line {
  readonly file: MigrationFile
  readonly text: string
  /** Where the text begins in the file. */
  readonly index: number
}

function parsePhase(line: Line): NonNullable<MigrationDirectives['phase']> {
  const [phase = '', path = ''] = operands(
    line,
    'phase',
    /^phase\s+(expand|backfill|switch|contract)\s+of\s+(\S+)$/,
  )
  return { phase: phase as Phase, path }
}

function parseCompatible(line: Line): VersionRange {
  const [written = ''] = operands(line, 'compatible', /^compatible\s+with\s+(.+)$/)
  const range = parseVersionRange(written)
  if (range) return range
  const bad = written.split(/\s+/).find((part) => !comparisonForm.test(part)) ?? ''
  throw wrong(line, line.text.lastIndexOf(bad), `"${bad}" is no comparison with a version.`, forms.compatible)
}

function parseContract(line: Line): ContractTerm {
  const [target = '', after = ''] = operands(line, 'contract', /^contract\s+(\S+)\s+after\s+(.+)$/)
  const ms = durationMs(after)
  if (ms === undefined) {
    throw wrong(line, line.text.lastIndexOf(after), `"${after}" is no time.`, forms.contract)
  }
  const term = { unusedFor: after, unusedForMs: ms }
  if (target === 'versions') return term
  const [table = '', column, more] = target.split('.')
  const names = [table, ...(column === undefined ? [] : [column])]
  if (more !== undefined || !names.every((name) => /^[a-z_][a-z0-9_]*$/.test(name))) {
    throw wrong(
      line,
      line.text.indexOf(target),
      `"${target}" is no table or column of the service.`,
      forms.contract,
    )
  }
  return { ...term, target: { table, ...(column !== undefined && { column }) } }
}

/** What a line has in the places of its form. */
function operands(line: Line, name: keyof typeof forms, form: RegExp): string[] {
  const match = form.exec(line.text)
  if (match) return match.slice(1)
  throw wrong(line, 0, `A line "${name}" has another form.`, forms[name])
}

function isForm(word: string): word is keyof typeof forms {
  return Object.hasOwn(forms, word)
}

/** Where the comments and empty lines end with which a file begins. */
function endOfHead(sql: string): number {
  return /^(?:[ \t]*(?:--.*)?\n)*(?:[ \t]*--.*$)?/.exec(sql)?.[0].length ?? 0
}

function wrong({ file, index }: Line, offset: number, problem: string, form?: string): FreeholdError {
  const at = index + Math.max(offset, 0)
  const { line, column } = locate(file.sql, at)
  return new FreeholdError('FREEHOLD_MIGRATION_DIRECTIVE', {
    message: `${displayPath(file.path)}:${line}:${column}: ${problem}\n${excerpt(file.sql, at)}`,
    ...(form !== undefined && { fix: `Write it as: ${form}` }),
    details: { file: file.path, line, column },
  })
}
