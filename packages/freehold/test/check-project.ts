import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadSystem } from '../src/config/index.js'
import { runCli } from '../src/cli/run-cli.js'
import { readMigrations } from '../src/migrations/migration-file.js'
import { consumedContracts } from '../src/releases/consumed-events.js'
import { contentsOf } from '../src/releases/release-files.js'
import type { Release } from '../src/releases/index.js'

/** A folder with the services shop and billing, of which shop publishes what billing hears. */
export interface CheckProject {
  readonly folder: string
  write(path: string, text: string | Buffer): Promise<void>
  /** Writes the configuration: what the event of shop says, as JSON Schema. */
  publish(data: object): Promise<void>
  /** Releases a service as it is now. */
  release(service: string, version: string, also?: ReleasedAs): Promise<void>
  /** Runs `freehold check` in this process. An object among the arguments is of variables. */
  check(
    ...args: (string | Readonly<Record<string, string>>)[]
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>
  remove(): Promise<void>
}

/** What is otherwise in a release; one from before there was such a thing has no contracts of what it consumes. */
type ReleasedAs = Partial<Omit<Release, 'consumed'>> & { readonly consumed?: Release['consumed'] | undefined }

/** Makes the folder. No server is asked for anything. */
export async function checkProject(): Promise<CheckProject> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold check '))
  const write = async (path: string, text: string | Buffer): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const publish = (data: object): Promise<void> => write('freehold.config.ts', configuration(data))
  await publish(order)
  for (const service of ['shop', 'billing']) {
    await write(`${service}/package.json`, '{ "version": "1.0.0" }')
    await write(`${service}/migrations/0001_base.sql`, base)
  }
  return {
    folder,
    write,
    publish,
    async release(service, version, also = {}) {
      const system = await loadSystem(join(folder, 'freehold.config.ts'))
      const manifest = system.services.find(({ name }) => name === service)!
      const { publishes, consumes } = manifest
      const migrations = await readMigrations(join(folder, service, 'migrations'))
      const { consumed, ...others } = { consumed: consumedContracts(system, manifest), ...also }
      const made = { service, version, manifest, migrations, publishes, consumes, statements: [], ...others }
      const contents = contentsOf({ schema: emptySchema, ...made, ...(consumed && { consumed }) })
      for (const [file, content] of Object.entries(contents))
        await write(`${service}/releases/${version}/${file}`, JSON.stringify(content))
    },
    async check(...args) {
      const output = { stdout: '', stderr: '' }
      const words = args.filter((arg) => typeof arg === 'string')
      const [env = {}] = args.filter((arg) => typeof arg === 'object')
      const exitCode = await runCli(['check', ...words], {
        stdin: {},
        stdout: { write: (text) => (output.stdout += text) },
        stderr: { write: (text) => (output.stderr += text) },
        env,
        cwd: () => folder,
      })
      return { exitCode, ...output }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/** What the event of shop says at first. */
export const order = {
  type: 'object',
  properties: { id: { type: 'string' }, item: { type: 'string' } },
  required: ['id', 'item'],
  additionalProperties: false,
}

const emptySchema: Release['schema'] = {
  format: 'freehold-schema/1',
  tables: [],
  types: [],
  sequences: [],
  functions: [],
}

const base = `create table orders (
  id uuid primary key,
  total bigint,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table events (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  id uuid not null,
  type text not null,
  key text not null,
  data jsonb not null,
  correlation_id text,
  causation_id text,
  traceparent text
);
`

function configuration(data: object): string {
  return `const mutable = { mutability: 'mutable' as const, key: 'id' }
const events = { mutability: 'immutable' as const, kind: 'events' as const }
const owns = { orders: mutable, events }
const type = 'shop.order-placed.v1'
const contract = { type, key: 'id', data: ${JSON.stringify(data)} }
export default {
  name: 'check',
  strategy: { kind: 'database-per-service' as const },
  services: [
    { name: 'shop', database: 'shop_db', schema: 'shop', migrations: 'shop/migrations', references: {}, owns, publishes: [contract], consumes: {} },
    { name: 'billing', database: 'billing_db', schema: 'billing', migrations: 'billing/migrations', references: {}, owns, publishes: [], consumes: { shop: [type] } },
  ],
}
`
}
