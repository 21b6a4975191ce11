import { projectionSchemasOf } from '@freehold/manifest'
import { BuildConsumers } from './build-consumers.js'
import { projectionBuilds, type Build } from './build.js'
import type { Feed } from './feeds.js'
import { noteProblem } from './notes.js'
import { openProjection } from './operations.js'
import type { ProjectionOptions } from './options.js'
import { Pace } from './pace.js'
import type { Target } from './build-apply.js'

/** Keeps a consumer at work for each build that is to be kept, as the database says, whoever has changed it. */
export class Builds {
  readonly #options: ProjectionOptions
  readonly #feeds: readonly Feed[]
  readonly #running = new Map<number, BuildConsumers>()
  readonly #pace = new Pace()
  #builds: readonly Build[] = []
  #isOpen = false
  #hasStopped = false
  #looking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: ProjectionOptions, feeds: readonly Feed[]) {
    this.#options = options
    this.#feeds = feeds
  }

  get pace(): Pace {
    return this.#pace
  }

  at(place: Build['place']): Build | undefined {
    return this.#builds.find((build) => build.place === place)
  }

  consumersOf(build: Build | undefined): BuildConsumers | undefined {
    return build === undefined ? undefined : this.#running.get(build.build)
  }

  targetOf({ build, place }: Build): Target | undefined {
    const { service, table } = this.#options
    if (place === 'retired') return undefined
    return {
      service: service.name,
      table,
      build,
      place,
      besideSchema: projectionSchemasOf(service).rebuild,
    }
  }

  start(): void {
    const beat = (): void => void this.look().catch((error: unknown) => this.#tell(error))
    this.#timer = setInterval(beat, this.#options.pollMs ?? 1_000)
    beat()
  }

  /** Looks what there is, and does what follows. What is looked at already may be old, so it looks once more. */
  async look(): Promise<void> {
    await this.#looking?.catch(() => undefined)
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    await this.#looking
  }

  async stop(): Promise<void> {
    this.#hasStopped = true
    clearInterval(this.#timer)
    await this.#looking?.catch(() => undefined)
    await Promise.all([...this.#running.values()].map((consumers) => consumers.stop()))
  }

  async #look(): Promise<void> {
    const { db, service, table } = this.#options
    if (!this.#isOpen) await openProjection(db, table)
    this.#isOpen = true
    const builds = await projectionBuilds(db, { service: service.name, table })
    this.#pace.seen(builds.find(({ place }) => place === 'building'))
    for (const [build, consumers] of this.#running) {
      if (builds.some((each) => each.build === build && each.place === consumers.target.place)) continue
      this.#running.delete(build)
      await consumers.stop()
    }
    this.#builds = builds
    for (const build of builds) await this.#keep(build)
  }

  async #keep(build: Build): Promise<void> {
    const target = this.targetOf(build)
    if (target === undefined || this.#hasStopped) return
    const running = this.#running.get(build.build)
    if (running === undefined) {
      const moved = (): void => void this.look().catch((error: unknown) => this.#tell(error))
      this.#running.set(build.build, new BuildConsumers(target, this.#feeds, this.#options, moved))
    } else if (running.problem !== build.problem && (running.problem !== undefined || running.isAtWork)) {
      await noteProblem(this.#options.db, target, running.problem)
    }
  }

  #tell(error: unknown): void {
    if (!this.#hasStopped) this.#options.onError?.(error, { event: undefined, isParked: false })
  }
}
