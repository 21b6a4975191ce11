import type { CheckFinding, Direction } from '../checking/finding.js'
import type { RecordedStatement } from '../releases/recorded-statement.js'
import type { Narrowing } from './narrowings.js'
import type { Break } from './break.js'

interface Checked {
  readonly service: string
  readonly direction: Direction
}

/** What broke a statement, as a finding. */
export function findingOf(
  { service, direction }: Checked,
  statement: RecordedStatement,
  by: Break,
): CheckFinding {
  return {
    rule: by.rule,
    severity: by.severity,
    service,
    message: `${by.message.replace(/\.$/, '')}.`,
    fix: fixFor(by, direction),
    direction,
    ...ofStatement(statement),
    ...(by.sqlstate !== undefined && { sqlstate: by.sqlstate }),
  }
}

/** A narrowing, as a finding: an error where a statement that was not executed meets it, and a note where none does. */
export function narrowedFinding(
  { service, direction }: Checked,
  { message, sqlstate, table, isMild }: Narrowing,
  statement: RecordedStatement | undefined,
): CheckFinding {
  return {
    rule: statement ? 'narrowed' : 'narrowed-unused',
    severity: statement && isMild !== true ? 'error' : 'note',
    service,
    message: statement
      ? isMild === true
        ? `${message.replace(/\.$/, '')}, which refuses nothing by itself; the statement could not be executed with rows.`
        : message
      : `${message.replace(/\.$/, '')}; no recorded statement writes what it is about.`,
    fix: statement
      ? fixFor({ rule: 'narrowed', sqlstate, message }, direction)
      : 'Nothing, if what was recorded is all that the service sends.',
    direction,
    ...(statement && ofStatement(statement)),
    sqlstate,
    details: { table },
  }
}

function ofStatement({ text, sentFrom }: RecordedStatement): Pick<CheckFinding, 'statement' | 'sentFrom'> {
  return { statement: text, ...(sentFrom !== undefined && { sentFrom }) }
}

const byState: Readonly<Record<string, string>> = {
  '42703':
    'Expand first: keep the old column beside the new one, and drop it by a contract step when nothing uses it.',
  '42P01': 'Keep a view under the old name, or drop it by a contract step when nothing uses it.',
  '42883': 'Keep the old function beside the new one until nothing calls it.',
  '42702':
    'Let the released code say which table it means (table.column) before the column is added, or give it another name.',
  '42725': 'Drop or rename one of the functions that a call could mean now.',
  '42P10': 'Keep a unique index over exactly those columns until no released code names them in ON CONFLICT.',
  '42501': 'Take the right away by a contract step, when no released code needs it.',
  '23502': 'Give the column a default, or let it take NULL until all released code writes it.',
  '23503': 'Release code that keeps to the reference first, and add it then.',
  '23505': 'Release code that never writes it twice first, and make it unique then.',
  '23514': 'Release code that keeps to the condition first, and add it then.',
  '23P01': 'Release code that keeps to the exclusion first, and add it then.',
  '22001':
    'Add a column of the new type beside the old one, and switch when no released code writes longer values.',
  '22003':
    'Add a column of the new type beside the old one, and switch when no released code writes larger values.',
  '22P02':
    'Add a column of the new type beside the old one, let code write both, and drop the old one by a contract step.',
  '42804':
    'Add a column of the new type beside the old one, let code write both, and drop the old one by a contract step.',
  '428C9': 'Release code that no longer writes the column first.',
}

const byRule: Readonly<Record<string, string>> = {
  'result-column-missing': 'Keep the column until no released code reads it, and drop it by a contract step.',
  'result-type-changed':
    'Add a column of the new type beside the old one, let code read it, and drop the old one by a contract step.',
  'result-type-renamed': 'See that the code reads the new type as it means it.',
  'result-column-added': 'Name the columns that the code reads instead of *.',
  'result-values-differ':
    'See that the released code takes the new values as they are meant, or keep the old ones beside them until it is gone.',
  'rows-vanish':
    'Release code that keeps to the new rule first (sets what a policy asks for), and add it then.',
}

/** Where the same SQLSTATE has another reason. */
const byMessage: readonly (readonly [message: RegExp, fix: string | undefined])[] = [
  [/^operator does not exist/, byState['42804']],
  [/row-level security/, byRule['rows-vanish']],
  [
    /^cached plan/,
    'Name the columns that the code reads instead of *, or do not keep the statement prepared.',
  ],
]

function fixFor(
  { rule, sqlstate = '', message }: Pick<Break, 'rule' | 'sqlstate' | 'message'>,
  direction: Direction,
): string {
  if (direction === 'rollback' && rule !== 'result-column-added')
    return 'Migrate before this version is deployed, or release what needs the new schema in a later version.'
  const said = byMessage.find(([pattern]) => pattern.test(message))?.[1]
  return (
    byRule[rule] ??
    said ??
    byState[sqlstate] ??
    'Release code that works on both schemas first, and let this step follow when no older code runs.'
  )
}
