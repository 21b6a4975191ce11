import type { Colors } from '../terminal.js'
import type { Change, ChangeAction, Plan } from '../../provisioning/plan.js'

const symbols: Readonly<Record<ChangeAction, string>> = {
  create: '+',
  grant: '+',
  alter: '~',
  revoke: '-',
  drop: '-',
  problem: '!',
}

const verbs: Readonly<Record<ChangeAction, string>> = {
  create: 'to create',
  grant: 'to grant',
  alter: 'to change',
  revoke: 'to revoke',
  drop: 'to drop',
  problem: 'for a migration or a person to mend',
}

/** A plan for people: grouped by server and database, with a summary at the end. */
export function planText(plan: Plan, colors: Colors): string {
  const notes = plan.notes.map((note) => `${colors.yellow('note')} ${note}`)
  if (plan.changes.length === 0) {
    return [
      ...notes,
      colors.green(`No changes. The servers are as the manifest of ${plan.system} says.`),
    ].join('\n')
  }
  const lines: string[] = []
  for (const [server, changes] of grouped(plan.changes, ({ server }) => server)) {
    lines.push(colors.bold(server))
    for (const [database, inside] of grouped(changes, ({ database = '' }) => database)) {
      if (database !== '') lines.push(`  ${colors.bold(database)}`)
      const indent = database === '' ? '  ' : '    '
      lines.push(...inside.map((change) => `${indent}${changeLine(change, colors)}`))
    }
    lines.push('')
  }
  if (notes.length > 0) lines.push(...notes, '')
  return [...lines, colors.bold(summaryText(plan))].join('\n')
}

const longestSummary = 100

/** `+ role notes_app: log in`; what is cut off is there under --json. */
function changeLine({ action, object, summary }: Change, colors: Colors): string {
  const paint = { '+': colors.green, '~': colors.yellow, '-': colors.red, '!': colors.magenta }[
    symbols[action]
  ]
  const short = summary.length > longestSummary ? `${summary.slice(0, longestSummary)}…` : summary
  return `${(paint ?? String)(symbols[action])} ${object}: ${colors.dim(short)}`
}

/** `Plan: 12 to create, 3 to change, 1 to revoke.` */
function summaryText(plan: Plan): string {
  const parts = Object.entries(countsOf(plan)).flatMap(([action, count]) =>
    count === 0 ? [] : `${count} ${verbs[action as ChangeAction]}`,
  )
  return `Plan: ${parts.join(', ')}.`
}

/** A plan for machines. */
export function planJson(plan: Plan): object {
  return { ...plan, summary: countsOf(plan) }
}

function countsOf({ changes }: Plan): Record<ChangeAction, number> {
  const counts = { create: 0, grant: 0, alter: 0, revoke: 0, drop: 0, problem: 0 }
  for (const { action } of changes) counts[action] += 1
  return counts
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
