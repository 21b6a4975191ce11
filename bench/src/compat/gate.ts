import { checkCourse, openPlainCourse, type CourseReport } from 'freehold'
import { recorded, role, type Case } from './cases.js'
import { truthOf, type Broken } from './truth.js'

/** What the gate says about a case, from what a recorder would have kept, and what is true. */
export interface Judged {
  readonly report: CourseReport
  readonly truth: readonly Broken[]
}

/** Lets the gate judge a case, and then does what it was asked about. */
export async function judge(serverUrl: string, one: Case, findsCauses = false): Promise<Judged> {
  const { schema, migration, file, statements } = one
  const state = await openPlainCourse(serverUrl, {
    before: [{ file: 'schema.sql', sql: schema }],
    migrations: [{ file, sql: migration }],
    role,
  })
  try {
    const released = statements.map(recorded)
    const report = await checkCourse({ service: 'case', state, released, findsCauses })
    return { report, truth: await truthOf(state, one) }
  } finally {
    await state.drop()
  }
}
