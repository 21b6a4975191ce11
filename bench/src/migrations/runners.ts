import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { migrateService } from 'freehold'
import { runner as nodePgMigrate } from 'node-pg-migrate'
import type { Stage } from '../stage/stage.js'
import { services, type Histories } from './history.js'

/** A runner that is compared. */
export interface Runner {
  readonly name: string
  /** Makes fresh databases, and returns what migrates all of them. */
  prepare(stage: Stage, histories: Histories, round: string): Promise<() => Promise<void>>
}

const dbmateCli = fileURLToPath(import.meta.resolve('dbmate/dist/cli.js'))

/** The first is what ratios are to. */
export const runners: readonly Runner[] = [
  {
    name: 'freehold',
    async prepare(stage: Stage, { freehold: directory }: Histories) {
      const databases = await stage.clone()
      const { system } = databases
      return async () => {
        for (const service of system.services)
          await migrateService({ system, service, url: databases.migratorUrl(service.name), directory })
      }
    },
  },
  {
    name: 'node-pg-migrate',
    async prepare(stage: Stage, { nodePgMigrate: dir }: Histories, round: string) {
      const urls = await emptyDatabases(stage, `node_pg_migrate_${round}`)
      return async () => {
        for (const databaseUrl of urls) {
          const log = () => undefined
          await nodePgMigrate({ databaseUrl, dir, direction: 'up', migrationsTable: 'applied', log })
        }
      }
    },
  },
  {
    name: 'dbmate, a process each',
    async prepare(stage: Stage, { dbmate: folder }: Histories, round: string) {
      const urls = await emptyDatabases(stage, `dbmate_${round}`)
      return async () => {
        for (const url of urls) {
          const options = [
            '--url',
            `${url}?sslmode=disable`,
            '--migrations-dir',
            folder,
            '--no-dump-schema',
            'migrate',
          ]
          await promisify(execFile)(process.execPath, [dbmateCli, ...options], { maxBuffer: 2 ** 26 })
        }
      }
    },
  },
]

function emptyDatabases(stage: Stage, name: string): Promise<string[]> {
  return Promise.all(services.map((service) => stage.emptyDatabase(`${name}_${service.name}`)))
}
