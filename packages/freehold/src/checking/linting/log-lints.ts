import type { ParsedStatement } from '../../migrations/parsed-statement.js'
import type { Lint, LintedStatement } from './lint.js'
import { droppedNames, foreignKeysIn, relationMade } from './nodes.js'

/** What a migration does to a log, that a log does not bear. */
export function logLints(statement: LintedStatement): Lint[] {
  return [...changes(statement), ...foreignKeys(statement)]
}

function changes(statement: LintedStatement): Lint[] {
  const { node } = statement
  const { AlterTableStmt, IndexStmt, CreateTrigStmt, RuleStmt, CreatePolicyStmt, RenameStmt } = node
  const { UpdateStmt, DeleteStmt, TruncateStmt, DropStmt } = node
  const named = (name: string | undefined, what: string, fix = neverChanged): Lint[] =>
    name !== undefined && isGuarded(statement, name) ? [changed(name, what, fix)] : []
  const dropped = DropStmt?.removeType === 'OBJECT_TABLE' ? droppedNames(DropStmt.objects) : []
  const truncated = (TruncateStmt?.relations ?? []).map((each: ParsedStatement) => each.RangeVar?.relname)
  return [
    ...named(AlterTableStmt?.relation?.relname, 'alters', widen),
    ...named(IndexStmt?.relation?.relname, 'indexes', index),
    ...named(CreateTrigStmt?.relation?.relname, 'puts a trigger on'),
    ...named(RuleStmt?.relation?.relname, 'puts a rule on'),
    ...named(CreatePolicyStmt?.table?.relname, 'puts a policy on'),
    ...named(RenameStmt?.relation?.relname, 'renames something of'),
    ...named(UpdateStmt?.relation?.relname, 'updates rows of'),
    ...named(DeleteStmt?.relation?.relname, 'deletes rows of'),
    ...truncated.flatMap((name) => named(name, 'truncates')),
    ...dropped.flatMap((name) => named(name, 'drops')),
  ]
}

function changed(log: string, what: string, fix: string): Lint {
  return {
    rule: 'immutable/changed',
    severity: 'error',
    message: `The migration ${what} ${log}, which is a log: the server refuses it.`,
    fix,
  }
}

const neverChanged = 'Leave it out: what a log holds never changes.'
const widen =
  "A log is widened by `select freehold.add_log_column('log', 'column', 'type')`, and by nothing else."
const index = "A log is indexed by `select freehold.add_log_index('log', 'name', array['column'])`."

/** A log that is guarded already when the statement runs: guards come at the end of the file that makes it. */
function isGuarded(statement: LintedStatement, name: string): boolean {
  return isLog(statement, name) && !statement.madeInFile.has(name)
}

function isLog({ service }: LintedStatement, name: string): boolean {
  return Object.hasOwn(service.owns, name) && service.owns[name]?.mutability === 'immutable'
}

function foreignKeys(statement: LintedStatement): Lint[] {
  const { node } = statement
  const on = relationMade(node) ?? node.AlterTableStmt?.relation?.relname ?? ''
  return foreignKeysIn(node).flatMap(({ to, cascades, offset }): Lint[] => {
    const place = offset === undefined ? {} : { offset }
    const fix = 'A log keeps the id; it needs no foreign key.'
    if (isLog(statement, on))
      return [
        cascades
          ? {
              rule: 'immutable/cascade',
              severity: 'error',
              message: `The foreign key would remove or change rows of the log ${on} with those of ${to}.`,
              fix,
              ...place,
            }
          : {
              rule: 'immutable/foreign-key',
              severity: 'warning',
              message: `The foreign key keeps rows of ${to} for as long as the log ${on} mentions them, which is for ever.`,
              fix,
              ...place,
            },
      ]
    if (!isLog(statement, to)) return []
    return [
      {
        rule: 'immutable/referenced',
        severity: 'warning',
        message: `The foreign key of ${on} refers to the log ${to}, of which nothing could be archived any more.`,
        fix: 'Keep the id without a foreign key: a row of a log never goes away by itself.',
        ...place,
      },
    ]
  })
}
