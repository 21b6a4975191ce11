import { join } from 'node:path'
import { rolesOf, serviceNamed } from '@freehold/manifest'
import pg from 'pg'
import { parseMigration, readMigrations } from '../migrations/index.js'
import type { Shadow, ShadowState, ShadowSystem } from '../shadow/index.js'
import type { State, Step } from './course.js'

/** How a service of a system goes from one release to the next. */
export interface SystemCourse {
  readonly shadow: Shadow
  readonly service: string
  /** The manifest and the number of the last migration of the old release. */
  readonly before: ShadowState
  /** The same of the new one. */
  readonly after: ShadowState
}

/** A shadow database of a service that can go on more than once. */
export interface SystemState extends State {
  copy(): Promise<SystemState>
  /** The same database, once it has gone on, before its next state. */
  before(next: ShadowState): SystemState
}

/**
 * Provisions the system of the old release in a shadow. It goes on as production does: the manifest is applied, and
 * then the migrations run. The old manifest is applied once more, so that what its migrations did against it is not laid
 * on the new ones.
 *
 * @throws FreeholdError whatever planning, applying and migrating can throw.
 */
export async function openSystemCourse(course: SystemCourse): Promise<SystemState> {
  const at = await course.shadow.provision(course.before)
  await at.advance(course.before)
  return stateOf(at, course)
}

function stateOf(at: ShadowSystem, course: SystemCourse): SystemState {
  const { after } = course
  const service = serviceNamed(at.system, course.service)
  return {
    side: { url: at.adminUrl(service.name), role: rolesOf(service).app, searchPath: [service.schema] },
    copy: async () => stateOf(await at.copy(), course),
    goOn: () => at.advance(after),
    goOnStepwise: () => stepwise(at, course),
    before: (next) => stateOf(at, { ...course, before: after, after: next }),
    drop: () => at.drop(),
  }
}

async function* stepwise(
  at: ShadowSystem,
  { service: name, before, after }: SystemCourse,
): AsyncGenerator<Step> {
  const done = before.upTo?.[name]
  await at.advance({ ...after, upTo: { ...after.upTo, ...(done !== undefined && { [name]: done }) } })
  yield { file: 'freehold.config.ts', line: 1 }
  if (done === undefined) return
  const { migrations } = serviceNamed(after.system, name)
  for (const file of await readMigrations(join(after.root, migrations))) {
    if (file.number <= done || file.number > (after.upTo?.[name] ?? Infinity)) continue
    const { statements } = await parseMigration(file)
    for (const { text, line } of statements) {
      await asMigrator(at.migratorUrl(name), text)
      yield { file: join(migrations, file.fileName), line }
    }
    await asMigrator(at.migratorUrl(name), `select freehold.guard(${pg.escapeLiteral(name)})`)
    yield { file: join(migrations, file.fileName), line: 1 }
  }
}

/** What needs a statement that failed before fails as well; the rest is still worth looking at. */
async function asMigrator(url: string, text: string): Promise<void> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(text).catch(() => undefined)
  } finally {
    await client.end()
  }
}
