import type { Service } from '../service.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

/** Mutable tables whose history is no history, and histories of nothing. */
export function tableProblems(part: ReadablePart): ManifestProblem[] {
  return part.system.services.flatMap((service) => [
    ...historyTargets(part, service),
    ...orphanHistories(part, service),
  ])
}

function historyTargets(part: ReadablePart, service: Service): ManifestProblem[] {
  const problems: ManifestProblem[] = []
  const taken = new Map<string, string>()
  for (const [name, table] of Object.entries(service.owns)) {
    if (table.mutability !== 'mutable' || table.history === undefined) continue
    const path = `services.${service.name}.owns.${name}.history`
    const target = Object.hasOwn(service.owns, table.history) ? service.owns[table.history] : undefined
    const isHistory = target?.mutability === 'immutable' && target.kind === 'history'
    if (!isHistory && !part.mayHide(service.name, table.history)) {
      problems.push({
        path,
        message: `"${table.history}" is not a history that this service owns`,
        fix: `Add to owns: ${table.history}: immutable({ kind: 'history' }).`,
      })
    }
    const other = taken.get(table.history)
    if (other !== undefined) {
      problems.push({
        path,
        message: `"${table.history}" is the history of "${other}" already`,
        fix: 'Give each table a history of its own.',
      })
    }
    taken.set(table.history, name)
  }
  return problems
}

function orphanHistories(part: ReadablePart, service: Service): ManifestProblem[] {
  const tables = Object.entries(service.owns)
  const written = new Set(
    tables.flatMap(([, table]) => (table.mutability === 'mutable' ? [table.history] : [])),
  )
  return tables
    .filter(
      ([name, table]) =>
        table.mutability === 'immutable' &&
        table.kind === 'history' &&
        !written.has(name) &&
        !part.mayHideWriterOf(service.name, name),
    )
    .map(([name]) => ({
      path: `services.${service.name}.owns.${name}`,
      message: 'is a history that no mutable table writes to',
      fix: `Name it where it belongs: mutable({ history: '${name}' }), or give it another kind.`,
    }))
}
