import { openShadow } from 'freehold'
import type { Benchmark } from '../benchmark.js'
import type { Table } from '../measure/report.js'
import { readCases, type Case } from './cases.js'
import { costOf } from './cost.js'
import { judge } from './gate.js'
import { askPgfence, askSquawk, type Objections } from './linters.js'

interface Row {
  readonly name: string
  /** How many statements it really breaks. */
  readonly broken: number
  readonly gate: readonly string[]
  readonly warnings: number
  /** Statements that the gate could not check, of how many. */
  readonly unchecked: number
  readonly statements: number
}

/** Migrations whose effect is known by execution, and what detectors say of them. */
export const compat: Benchmark = {
  summary: 'which breaking migrations are found, beside squawk and pgfence; and what the gate costs',
  parts: ['cases', 'cost'],
  async run({ parts }, onStep) {
    const shadow = await openShadow()
    const wants = (part: string): boolean => parts.length === 0 || parts.includes(part)
    try {
      return [
        ...(wants('cases') ? await compare(shadow.url, await readCases(), onStep) : []),
        ...(wants('cost') ? [await costOf(shadow.url, onStep)] : []),
      ]
    } finally {
      await shadow.remove()
    }
  },
}

async function compare(
  serverUrl: string,
  cases: readonly Case[],
  onStep: (what: string) => void,
): Promise<Table[]> {
  const rows: Row[] = []
  for (const one of cases) {
    onStep(one.name)
    const { report, truth } = await judge(serverUrl, one)
    const errors = report.findings.filter(({ severity }) => severity === 'error')
    rows.push({
      name: one.name,
      broken: truth.length,
      gate: [...new Set(errors.map(({ rule, sqlstate }) => sqlstate ?? rule))],
      warnings: report.findings.filter(({ severity }) => severity === 'warning').length,
      unchecked: report.deploy?.unchecked.length ?? 0,
      statements: report.deploy?.statements ?? 0,
    })
  }
  onStep('squawk, pgfence')
  const others = { squawk: await askSquawk(cases), pgfence: await askPgfence(cases) }
  return [detail(rows, others), summary(rows, others)]
}

interface Others {
  readonly squawk: Objections
  readonly pgfence: Objections | undefined
}

function detail(rows: readonly Row[], { squawk, pgfence }: Others): Table {
  const said = (list: readonly string[] | undefined): string =>
    list === undefined ? '?' : [...new Set(list)].join(' ') || '–'
  return {
    title: 'Migrations: how many statements break when it is done, and what each detector says',
    header: ['migration', 'breaks', 'the gate', 'squawk', 'pgfence'],
    rows: rows.map(({ name, broken, gate }) => [
      name,
      broken === 0 ? '–' : String(broken),
      said(gate),
      said(squawk.get(name)),
      said(pgfence?.get(name)),
    ]),
    figures: rows,
  }
}

function summary(rows: readonly Row[], { squawk, pgfence }: Others): Table {
  const breaking = rows.filter(({ broken }) => broken > 0)
  const safe = rows.filter(({ broken }) => broken === 0)
  const line = (name: string, objects: (row: Row) => boolean): string[] => [
    name,
    String(breaking.filter(objects).length),
    String(safe.filter(objects).length),
  ]
  const table = [
    line('the gate', ({ gate }) => gate.length > 0),
    line('squawk, rules about compatibility', ({ name }) => (squawk.get(name) ?? []).length > 0),
    ...(pgfence ? [line('pgfence, HIGH and up', ({ name }) => (pgfence.get(name) ?? []).length > 0)] : []),
  ]
  return {
    title: `Detectors, over ${rows.length} migrations`,
    header: ['', `found of ${breaking.length} that break`, `false alarms of ${safe.length} that do not`],
    rows: table,
    figures: { breaking: breaking.length, safe: safe.length, table },
  }
}
