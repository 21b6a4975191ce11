import { checkCourse, openPlainCourse, type RecordedStatement } from 'freehold'
import type { Table } from '../measure/report.js'
import { readCases, recorded, role } from './cases.js'

const wanted = 500

/** What it costs to check so many statements, without making the databases. */
export async function costOf(serverUrl: string, onStep: (what: string) => void): Promise<Table> {
  const cases = await readCases()
  const [one] = cases
  if (one === undefined) return { title: 'No cases', header: [], rows: [], figures: [] }
  const released = many(one.statements.map(recorded))
  const rows: string[][] = []
  for (const [title, sql] of [
    ['nothing changes', 'select 1'],
    ['a nullable column is added to each table', everywhere(one.schema)],
  ] as const) {
    onStep(`${wanted} statements: ${title}`)
    const state = await openPlainCourse(serverUrl, {
      before: [{ file: 'schema.sql', sql: one.schema }],
      migrations: [{ file: 'migration.sql', sql }],
      role,
    })
    try {
      const { milliseconds, deploy } = await checkCourse({
        service: 'case',
        state,
        released,
        findsCauses: false,
      })
      rows.push([title, `${(milliseconds / 1000).toFixed(2)} s`, `${deploy?.reached.executed ?? 0} executed`])
    } finally {
      await state.drop()
    }
  }
  return { title: `Checking ${wanted} statements`, header: ['', 'time', 'coverage'], rows, figures: rows }
}

/** As many texts that differ, as a large service has. */
function many(statements: readonly RecordedStatement[]): RecordedStatement[] {
  return Array.from({ length: wanted }, (_, index) => {
    const statement = statements[index % statements.length] ?? { text: 'select 1', parameters: [] }
    return { ...statement, text: `/* ${index} */ ${statement.text}` }
  })
}

function everywhere(schema: string): string {
  return [...schema.matchAll(/^create table (\w+)/gm)]
    .map(([, table]) => `alter table ${table} add column added text;`)
    .join('\n')
}
