import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authWorker } from './auth-worker.js'
import { Client } from './client.js'
import { evolve } from './evolve.js'
import { startLoad, type Load, type Worker } from './load.js'
import { notesWorker } from './notes-worker.js'
import { newPerson, type Person } from './people.js'
import { earlierRelease, todaysRelease, type Release } from './released-service.js'
import { evolutionStage, services, type EvolutionStage, type Joined } from './stage.js'
import { newTally } from './tally.js'
import { userWorker } from './user-worker.js'

const people = 4

// One database server and one set of processes for all of them: each evolution goes on where the last one ended.
describe('a service moves to its next version while people use it', { timeout: 480_000 }, () => {
  let stage: EvolutionStage
  const olds = {} as Record<(typeof services)[number], Release>
  const processes = {} as Record<(typeof services)[number], Joined[]>
  beforeAll(async () => {
    stage = await evolutionStage()
    olds.auth = await earlierRelease('auth', '0.1.1', stage.releases)
    olds.user = await earlierRelease('user', '0.1.0', stage.releases)
    olds.notes = await earlierRelease('notes', '0.1.0', stage.releases)
    for (const service of services) await stage.adopt(olds[service])
    await stage.migrate('auth', 4)
    await stage.migrate('user', 5)
    await stage.migrate('notes', 5)
    for (const service of services) processes[service] = [await stage.join(olds[service])]
  }, 240_000)
  afterAll(async () => stage.close(), 60_000)

  /** People who are new, and what each does. */
  const loadOf = (
    workerFor: (client: Client, person: Person, index: number) => Worker,
    service: 'auth' | 'user' | 'notes',
  ) =>
    startLoad((tally) =>
      Promise.all(
        Array.from({ length: people }, async (_, index) => {
          const person = await newPerson(stage.balancers.auth.port, tally, `Ada ${index}`)
          const { port } = stage.balancers[service]
          return workerFor(new Client(port, tally, person.tokens.accessToken), person, index)
        }),
      ),
    )
  const under = async (what: string, load: Load, move: () => Promise<void>): Promise<void> => {
    try {
      await move()
    } finally {
      await load.stop()
    }
    const failures = load.tally.failures()
    console.info(
      `${what}: ${load.tally.requests()} requests, ${failures.length} failed\n${load.tally.report()}`,
    )
    expect(failures).toEqual([])
  }
  const query = async (service: 'auth' | 'user' | 'notes', text: string): Promise<unknown[]> => {
    const client = new pg.Client({
      connectionString: stage.adminUrl(service),
      options: `-c search_path=${service}`,
    })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }

  it('notes get a column that is required', async () => {
    let isNew = false
    const load = await loadOf((client) => notesWorker(client, () => isNew), 'notes')
    await under('a required column', load, async () => {
      processes.notes = await evolve(stage, load, {
        service: 'notes',
        old: olds.notes,
        next: await todaysRelease('notes'),
        oldProcesses: processes.notes,
        before: [6, 7],
        contract: 8,
        onNew: (it) => (isNew = it),
      })
    })
    expect(
      await query(
        'notes',
        "select column_default from information_schema.columns where column_name = 'format'",
      ),
    ).toEqual([{ column_default: null }])
  })

  it('the address of a session changes its type', async () => {
    const load = await loadOf(authWorker, 'auth')
    await under('another type', load, async () => {
      processes.auth = await evolve(stage, load, {
        service: 'auth',
        old: olds.auth,
        next: await todaysRelease('auth'),
        oldProcesses: processes.auth,
        before: [5, 6],
        contract: 7,
      })
    })
    expect(
      await query('auth', 'select count(*)::integer as lost from sessions where address is null'),
    ).toEqual([{ lost: 0 }])
  })

  it('a name is split, which is personal: the rest of the way waits until it is filled', async () => {
    const idle = await newPerson(stage.balancers.auth.port, newTally(), 'Grace Brewster Hopper')
    // Two versions beside one another fill what the other leaves out.
    let isFilled = false
    const load = await loadOf((client, { id }) => userWorker(client, id, () => isFilled), 'user')
    const next = await todaysRelease('user')
    const stages = {
      ...stage,
      join: (release: Release) => ((isFilled ||= release === next), stage.join(release)),
    }
    await under('a name in two parts', load, async () => {
      processes.user = await evolve(stages, load, {
        service: 'user',
        old: olds.user,
        next,
        oldProcesses: processes.user,
        before: [6, 7],
      })
    })
    expect(
      await query('user', `select given_name, family_name from profiles where id = '${idle.id}'`),
    ).toEqual([{ given_name: 'Grace Brewster', family_name: 'Hopper' }])
    // Not for a moment did a history have a name that was not sealed.
    expect(
      await query(
        'user',
        `select count(*)::integer as bare from profile_history where data ?| array['display_name', 'given_name', 'family_name', 'bio']`,
      ),
    ).toEqual([{ bare: 0 }])
  })

  it('leaves nothing to plan, and all logs as they were sealed', async () => {
    const plan = await stage.freehold('plan')
    expect([plan.exitCode, plan.output]).toEqual([0, expect.anything()])
    const verified = await stage.freehold('verify', '--all')
    expect([verified.exitCode, verified.output]).toEqual([0, expect.anything()])
  })

  it('and a version that a contract has left behind is seen to fail', async () => {
    const load = await loadOf((client) => notesWorker(client, () => false), 'notes')
    await load.requests(50)
    expect(load.tally.failures()).toEqual([])
    const late = await stage.join(olds.notes)
    await load.requests(300)
    await late.leave()
    await load.stop()
    expect(load.tally.failures()).toContainEqual(expect.stringMatching(/^POST \/api\/notes 500, by 0\.1\.0/))
  })
})
