import type { ContractTerm } from '../../migrations/directives.js'
import type { ParsedStatement } from '../../migrations/parsed-statement.js'
import type { Lint, LintedStatement } from './lint.js'
import { commandsOf, droppedNames } from './nodes.js'

/** What a migration does to the run, and to those who use the tables meanwhile. */
export function runningLints(statement: LintedStatement): Lint[] {
  const { node } = statement
  return [...searchPathLints(node), ...lockLints(node), ...resumeLints(statement)]
}

function searchPathLints({ VariableSetStmt: set }: ParsedStatement): Lint[] {
  if (set?.name !== 'search_path') return []
  return [
    {
      rule: 'session/search-path',
      severity: 'warning',
      message:
        'The migration sets search_path, by which the runner lets names find the schema of the service.',
      fix: "Remove it: plain names are the service's own.",
    },
  ]
}

function lockLints({ LockStmt: lock }: ParsedStatement): Lint[] {
  if (lock === undefined) return []
  return [
    {
      rule: 'locking/lock-table',
      severity: 'warning',
      message: 'The migration locks a table by hand, until its last statement is done.',
      fix: 'Remove it: each statement takes the lock that it needs, and the runner waits for it with a limit.',
    },
  ]
}

/** After a crash the catalog tells how most statements ended that run outside a transaction, and not of all. */
function resumeLints({ outside, text }: LintedStatement): Lint[] {
  if (outside?.kind !== 'opaque') return []
  return [
    {
      rule: 'resume/undecided',
      severity: 'warning',
      message: `After a crash in this statement nobody can tell whether it was done: ${text.trim().split('\n')[0] ?? ''}`,
      fix: 'Let an administrator do it, outside of migrations; or write it so that it can run in a transaction.',
    },
  ]
}

const useful = ['TABLE', 'VIEW', 'MATVIEW', 'FUNCTION', 'PROCEDURE', 'ROUTINE', 'TYPE', 'DOMAIN', 'SEQUENCE']
const renamed = [...useful, 'COLUMN', 'ATTRIBUTE', 'SCHEMA']

/** What is taken away from a version that may still run. */
export function contractLints({ node, madeHere, migration }: LintedStatement): Lint[] {
  const { contract } = migration.directives
  const { DropStmt, RenameStmt, AlterObjectSchemaStmt } = node
  const kindOf = (type: string | undefined): string => (type ?? '').replace('OBJECT_', '')
  const drops = useful.includes(kindOf(DropStmt?.removeType))
    ? droppedNames(DropStmt?.objects).filter((name) => !madeHere.has(name))
    : []
  const { table, commands } = commandsOf(node)
  const columns = madeHere.has(table)
    ? []
    : commands.flatMap(({ subtype, name }) => (subtype === 'AT_DropColumn' ? [`${table}.${name ?? ''}`] : []))
  const isRename =
    (RenameStmt !== undefined && renamed.includes(kindOf(RenameStmt.renameType))) ||
    AlterObjectSchemaStmt !== undefined
  const old = RenameStmt?.relation?.relname ?? AlterObjectSchemaStmt?.relation?.relname ?? ''
  return [
    ...(contract ? [] : [...drops, ...columns].map(dropLint)),
    ...(contract?.target ? [...tablesIn(drops, DropStmt?.removeType), ...columns] : []).flatMap((name) =>
      otherTargetLints(name, contract?.target),
    ),
    ...(isRename && !madeHere.has(old) ? [renameLint(RenameStmt?.subname ?? old)] : []),
  ]
}

function tablesIn(drops: readonly string[], type: string | undefined): readonly string[] {
  return type === 'OBJECT_TABLE' ? drops : []
}

/** The line is what the step waits by: what it does not name goes while it may be in use. */
function otherTargetLints(name: string, target: ContractTerm['target']): Lint[] {
  if (target === undefined) return []
  const named = target.column === undefined ? target.table : `${target.table}.${target.column}`
  if (name === named || name.startsWith(`${named}.`)) return []
  return [
    {
      rule: 'contract/other-target',
      severity: 'error',
      message: `The migration drops ${name}, and its contract is about ${named}: nothing looks whether ${name} is still used.`,
      fix: `Name in the contract what is dropped, and drop one thing in a file.`,
    },
  ]
}

function dropLint(name: string): Lint {
  return {
    rule: 'contract/not-declared',
    severity: 'warning',
    message: `The migration drops ${name}, and nothing holds it back while a version that uses it still runs.`,
    fix: `Put the line \`-- freehold: contract ${name} after 1 day\` at the head of the file, with nothing else in it.`,
  }
}

function renameLint(name: string): Lint {
  return {
    rule: 'contract/rename',
    severity: 'warning',
    message: `The migration renames ${name === '' ? 'something' : name}: no version of the service knows both names, so old and new cannot run at once.`,
    fix: 'Take the path of `freehold migrate new --rename-column`: both names, kept in step, until nothing uses the old one.',
  }
}
