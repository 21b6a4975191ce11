import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databasePerService, defineService, defineSystem, mutable } from '@freehold/manifest'

/** The services that are migrated. */
export const services = ['one', 'two', 'three'].map((name) =>
  defineService({
    name,
    database: `${name}_db`,
    owns: { things: mutable() },
    migrations: `provisioned/${name}`,
  }),
)

export const migratedSystem = defineSystem({
  name: 'migrated',
  strategy: databasePerService(),
  services,
})

/** The same history of a schema, as each runner wants its files. */
export interface Histories extends AsyncDisposable {
  /** The folder from which the (empty) folders of the manifest are found. */
  readonly root: string
  readonly freehold: string
  readonly nodePgMigrate: string
  readonly dbmate: string
}

const table = `create table things (
  id uuid primary key, title text not null, version integer not null default 1,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now()
);`

/** Writes a history: a table, and then a column or an index more in each migration. */
export async function writeHistories(migrations: number): Promise<Histories> {
  const root = await mkdtemp(join(tmpdir(), 'freehold-bench-migrations-'))
  const folders = {
    freehold: join(root, 'freehold'),
    nodePgMigrate: join(root, 'node-pg-migrate'),
    dbmate: join(root, 'dbmate'),
  }
  const provisioned = services.map(({ migrations: folder }) => join(root, folder))
  for (const folder of [...Object.values(folders), ...provisioned]) await mkdir(folder, { recursive: true })
  for (let number = 1; number <= migrations; number += 1) {
    const sql = number === 1 ? table : later(number)
    const name = `${String(number).padStart(4, '0')}_step.sql`
    await writeFile(join(folders.freehold, name), sql)
    await writeFile(join(folders.nodePgMigrate, name), `-- Up Migration\n${sql}\n`)
    await writeFile(join(folders.dbmate, name), `-- migrate:up\n${sql}\n\n-- migrate:down\n`)
  }
  return { root, ...folders, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) }
}

function later(number: number): string {
  return number % 4 === 0
    ? `create index things_by_${number} on things (column_${number - 1});`
    : `alter table things add column column_${number} text;`
}
