import { logsOfKind } from '../logs-of.js'
import type { Service } from '../service.js'
import type { Personal, Table } from '../table.js'
import { judge, stamped } from './names.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

/** What every log keeps by itself. */
const kept = ['seq', 'xid', 'at']

/** Where envelopes are beside the row, so that its history can keep them. */
const envelopes = 'personal'

/** Personal data that cannot be sealed, or that nobody could have erased. */
export function personalProblems(part: ReadablePart): ManifestProblem[] {
  return part.system.services.flatMap((service) => [
    ...Object.entries(service.owns).flatMap(([name, table]) =>
      table.personal === undefined ? [] : tableProblems(service, name, table, table.personal),
    ),
    ...erasureProblems(part, service),
  ])
}

function tableProblems(service: Service, name: string, table: Table, personal: Personal): ManifestProblem[] {
  const path = `services.${service.name}.owns.${name}.personal`
  if (table.mutability === 'immutable' && table.kind !== 'audit') return [unfit(path, table.kind)]
  const managed = table.mutability === 'immutable' ? kept : [table.key, ...stamped, envelopes, ...kept]
  const { subject, fields } = personal
  const problems = [...judge(subject, `${path}.subject`)]
  if (table.mutability === 'mutable' ? [...stamped, envelopes].includes(subject) : kept.includes(subject))
    problems.push({
      path: `${path}.subject`,
      message: `"${subject}" is a column that the database itself sets`,
      fix: 'Name the column that says whom the row is about.',
    })
  for (const field of fields) {
    problems.push(...judge(field, `${path}.fields.${field}`))
    if (field !== subject && !managed.includes(field)) continue
    const why = field === subject ? 'says about whom it is, and is kept as it is' : 'is needed as it is'
    problems.push({
      path: `${path}.fields.${field}`,
      message: `"${field}" ${why}`,
      fix: 'Remove it from the fields: what names a person there must be a pseudonym.',
    })
  }
  return problems
}

function unfit(path: string, kind: string): ManifestProblem {
  const [message, fix] =
    {
      history: [
        'is for the table whose revisions these are',
        'Move it there: mutable({ history, personal }).',
      ],
      events: ['is for the contracts of the events', 'Move it there: defineEvent({ …, personal }).'],
    }[kind] ??
    ([`has no place in a log of the kind ${kind}`, 'Remove it: such a log keeps nothing personal.'] as const)
  return { path, message: message ?? '', fix: fix ?? '' }
}

function erasureProblems(part: ReadablePart, service: Service): ManifestProblem[] {
  const [log, ...others] = logsOfKind(service, 'erasure')
  const path = `services.${service.name}.owns`
  if (log === undefined) {
    if (!keepsPersonal(service) || part.mayHideLog(service.name)) return []
    const message = 'has personal data, and there is no log of what is to be erased'
    return [{ path, message, fix: "Add to owns: erasures: immutable({ kind: 'erasure' })." }]
  }
  return others.map((name) => ({
    path: `${path}.${name}`,
    message: `is a second log of erasures beside "${log}"`,
    fix: 'A service has one: give this one another kind, or remove it.',
  }))
}

function keepsPersonal({ owns, publishes }: Service): boolean {
  return [...Object.values(owns), ...publishes].some(({ personal }) => personal !== undefined)
}
