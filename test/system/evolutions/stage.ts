import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { freePort, removeData, startServer } from '@freehold/embedded'
import { authSecrets, serviceProgram, startChild, type ServiceName, type StateFolder } from '@notes/start'
import { expect } from 'vitest'
import { root, runFreehold, type Ran } from '../administration.js'
import { openBalancer, type Backend, type Balancer } from './balancer.js'
import { linkModules, type Release } from './released-service.js'

/** The services, each behind one address. */
export const services = ['auth', 'user', 'notes'] as const satisfies readonly ServiceName[]

/** One system that is moved from version to version: its database, and the processes that run. */
export interface EvolutionStage {
  /** A folder for what is built. */
  readonly releases: string
  readonly balancers: Readonly<Record<ServiceName, Balancer>>
  /** Makes the system what the ownership of a release says, with `freehold apply`. */
  adopt(release: Release): Promise<void>
  /** Migrates a service, with `freehold migrate up`, up to the migration with this number. */
  migrate(service: ServiceName, upTo: number): Promise<void>
  /** Applies a contract step, which has to wait until somebody says why it need not. */
  contract(service: ServiceName, number: number): Promise<void>
  /** Starts a process of a release and lets requests come to it. */
  join(release: Release): Promise<Joined>
  freehold(...args: string[]): Promise<Ran>
  /** An administrator's URL of a service's database. */
  adminUrl(service: ServiceName): string
  close(): Promise<void>
}

/** A process that requests go to. */
export interface Joined {
  readonly version: string
  /** Lets it finish what it was asked, and ends it. */
  leave(): Promise<void>
}

/** Boots PostgreSQL for a system that has nothing yet. */
export async function evolutionStage(): Promise<EvolutionStage> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-evolutions-'))
  // As root, PostgreSQL runs as another account, which has to come through here.
  await chmod(folder, 0o711)
  const [project, releases, path] = ['project', 'releases', 'state'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await linkModules(project)
  await cp(join(root, 'freehold.config.ts'), join(project, 'freehold.config.ts'))
  await writeFile(join(project, 'package.json'), '{ "type": "module" }\n')
  const state = stateIn(path)
  await mkdir(state.credentials, { recursive: true })
  await mkdir(state.logs)
  const server = await startServer({
    directory: state.data,
    durable: false,
    settings: { max_connections: '200' },
  })
  const [auth, user, notes] = await Promise.all([openBalancer(), openBalancer(), openBalancer()])
  const balancers = { auth, user, notes }
  const secrets = await authSecrets(state)
  const running = new Set<Joined>()
  const freehold = (...args: string[]): Promise<Ran> =>
    runFreehold({ state: path, config: relative(root, join(project, 'freehold.config.ts')) }, args, {
      FREEHOLD_SERVER_URL: server.url,
    })

  async function start(release: Release): Promise<{ backend: Backend; stop: () => Promise<void> }> {
    const port = await freePort()
    const { service, version, entry } = release
    const ports = {
      gateway: 0,
      postgres: 0,
      ...Object.fromEntries(services.map((name) => [name, balancers[name].port])),
      [service]: port,
    } as Parameters<typeof serviceProgram>[1]['ports']
    const { env } = serviceProgram(service, {
      root,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        FREEHOLD_RECORD_STATEMENTS: process.env['FREEHOLD_RECORD_STATEMENTS'],
        LOG_LEVEL: 'warn',
      },
      ports,
      state,
      authSecrets: secrets.file,
      newAuthSecrets: false,
    })
    const name = `${service}-service ${version} at ${port}`
    const child = await startChild({ name, entry, env, logFile: join(state.logs, `${name}.log`) })
    return { backend: { version, port }, stop: child.stop }
  }

  async function bring(service: ServiceName, upTo: number): Promise<void> {
    const from = join(root, 'services', `${service}-service`, 'migrations')
    for (const file of await readdir(from)) {
      if (Number(file.slice(0, 4)) > upTo) continue
      await copyFile(join(from, file), join(project, 'services', `${service}-service`, 'migrations', file))
    }
  }

  return {
    releases,
    balancers,
    freehold,
    adminUrl: (service) => Object.assign(new URL(server.url), { pathname: `/${service}_db` }).href,
    async adopt({ service, ownership }) {
      const place = join(project, 'services', `${service}-service`)
      await mkdir(join(place, 'migrations'), { recursive: true })
      await copyFile(ownership, join(place, 'ownership.ts'))
      // Until all three are there, there is no system.
      if ((await readdir(join(project, 'services'))).length < services.length) return
      const { exitCode, output } = await freehold('apply', '--yes')
      // 2 is what a manifest leaves to migrations that have yet to come.
      expect([0, 2], output).toContain(exitCode)
    },
    async contract(service, number) {
      await bring(service, number)
      const { output: waits } = await freehold('migrate', 'up', service, '--json')
      expect(JSON.parse(waits)).toMatchObject({ services: [{ applied: [], waiting: { number } }] })
      const because = 'the last process of the old version has ended'
      const { exitCode, output } = await freehold('migrate', 'up', service, '--contract-now', because)
      expect(exitCode, output).toBe(0)
    },
    async migrate(service, upTo) {
      await bring(service, upTo)
      const { exitCode, output } = await freehold('migrate', 'up', service)
      expect(exitCode, output).toBe(0)
    },
    async join(release) {
      const { backend, stop } = await start(release)
      const balancer = balancers[release.service]
      balancer.add(backend)
      const joined: Joined = {
        version: release.version,
        leave: async () => {
          if (!running.delete(joined)) return
          await balancer.drain(backend)
          await stop()
        },
      }
      running.add(joined)
      return joined
    },
    async close() {
      await Promise.all([...running].map((process) => process.leave()))
      await Promise.all(services.map((name) => balancers[name].close()))
      await server.stop('immediate')
      await removeData(state.data)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function stateIn(path: string): StateFolder {
  const at = (name: string): string => join(path, name)
  return {
    path,
    credentials: at('credentials'),
    data: at('data'),
    logs: at('logs'),
    keys: at('keys'),
    verified: at('verified'),
    release: () => Promise.resolve(),
  }
}
