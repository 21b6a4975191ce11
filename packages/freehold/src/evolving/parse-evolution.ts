import { FreeholdError } from '@freehold/manifest/errors'
import type { ColumnName, Evolution } from './evolution.js'

/** The flags of `freehold migrate new` that ask for a path; each of the first seven asks for one. */
export interface EvolutionFlags {
  readonly renameColumn?: string
  readonly changeType?: string
  readonly split?: string
  readonly setNotNull?: string
  readonly addForeignKey?: string
  readonly dropColumn?: string
  readonly dropTable?: string
  /** Expressions: one alone, or `column=expression` for each new column of a split. */
  readonly using?: readonly string[]
  readonly back?: string
  readonly as?: string
  readonly default?: string
}

const name = '[a-z_][a-z0-9_]*'
const kinds = [
  'renameColumn',
  'changeType',
  'split',
  'setNotNull',
  'addForeignKey',
  'dropColumn',
  'dropTable',
] as const

/**
 * What the flags ask for; undefined when they ask for an empty file.
 *
 * @throws FreeholdError `FREEHOLD_CLI_USAGE` when they ask for two things, or not in the right form.
 */
export function parseEvolution(flags: EvolutionFlags): Evolution | undefined {
  const asked = kinds.filter((kind) => flags[kind] !== undefined)
  const [kind, second] = asked
  if (second !== undefined) throw usage('A path has one change: give one of the flags.')
  if (kind === undefined) {
    const stray = (['using', 'back', 'as', 'default'] as const).find((flag) => flags[flag] !== undefined)
    if (stray === undefined || (stray === 'using' && flags.using?.length === 0)) return undefined
    throw usage(`--${stray} belongs to a change, and there is none.`)
  }
  return parsers[kind](flags[kind] ?? '', flags)
}

const parsers: Readonly<Record<(typeof kinds)[number], (text: string, flags: EvolutionFlags) => Evolution>> =
  {
    renameColumn(text) {
      const [table, column, to] = match(
        text,
        `(${name})\\.(${name})=(${name})`,
        '--rename-column table.column=name',
      )
      return { kind: 'rename-column', table, column, to }
    },
    changeType(text, { using = [], back, as }) {
      const [table, column, type] = match(
        text,
        `(${name})\\.(${name})=(.+)`,
        '--change-type table.column=type',
      )
      const [expression, more] = using
      if (more !== undefined) throw usage('--using is given once for --change-type.')
      return {
        kind: 'change-type',
        table,
        column,
        type,
        to:
          as ??
          `${column}_${type
            .toLowerCase()
            .replaceAll(/[^a-z0-9]+/g, '_')
            .replace(/_$/, '')}`,
        ...(expression !== undefined && { using: expression }),
        ...(back !== undefined && { back }),
      }
    },
    split(text, { using = [], back }) {
      const form = '--split table.column=first,second'
      const [table, column, into] = match(text, `(${name})\\.(${name})=(${name}(?:,${name})+)`, form)
      const expressions = new Map(
        using.map((given) => {
          const [made, expression] = match(given, `(${name})=(.+)`, "--using 'column=expression'")
          return [made, expression]
        }),
      )
      if (back === undefined)
        throw usage('--split needs --back, an expression for the old column over the new ones.')
      return {
        kind: 'split',
        table,
        column,
        back,
        into: into.split(',').map((made) => {
          const expression = expressions.get(made)
          if (expression === undefined)
            throw usage(`--split needs --using '${made}=<expression over ${column}>'.`)
          return { column: made, using: expression }
        }),
      }
    },
    setNotNull(text, flags) {
      return {
        kind: 'set-not-null',
        ...columnOf(text, '--set-not-null'),
        ...(flags.default !== undefined && { default: flags.default }),
      }
    },
    addForeignKey(text) {
      const form = '--add-foreign-key table.column=table.column'
      const [table, column, to, key] = match(text, `(${name})\\.(${name})=(${name})\\.(${name})`, form)
      return { kind: 'add-foreign-key', table, column, references: { table: to, column: key } }
    },
    dropColumn: (text) => ({ kind: 'drop-column', ...columnOf(text, '--drop-column') }),
    dropTable(text) {
      const [table] = match(text, `(${name})`, '--drop-table table')
      return { kind: 'drop-table', table }
    },
  }

function columnOf(text: string, flag: string): ColumnName {
  const [table, column] = match(text, `(${name})\\.(${name})`, `${flag} table.column`)
  return { table, column }
}

function match(text: string, pattern: string, form: string): [string, string, string, string] {
  const found = new RegExp(`^${pattern}$`, 's').exec(text)
  if (!found) throw usage(`"${text}" has not the form of ${form}.`)
  const [, first = '', second = '', third = '', fourth = ''] = found
  return [first, second, third, fourth]
}

function usage(message: string): FreeholdError {
  return new FreeholdError('FREEHOLD_CLI_USAGE', { message })
}
