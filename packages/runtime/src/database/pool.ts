import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { CredentialSource } from './credentials.js'
import { readConnectionUrl } from './credentials.js'

type Checkout = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void

type ConnectCallback = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

/**
 * Writing a file of credentials and committing the password are two steps, with an fsync of the server between
 * them; a connection that is refused in the gap looks again after each of these.
 */
const rotationGapsMs = [25, 50, 100, 200, 400, 800]

/**
 * A `pg` pool whose every new connection reads its connection string anew, and that tries again when the
 * server refuses a password that may just be rotated.
 */
export class ServicePool extends pg.Pool {
  readonly #credentialsMayChange: boolean

  constructor(source: CredentialSource, config: pg.PoolConfig) {
    super({ ...config, Client: clientReading(source) })
    this.#credentialsMayChange = source.urlFile !== undefined
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: Checkout): void
  override connect(callback?: Checkout): Promise<pg.PoolClient> | void {
    if (callback === undefined) return this.#connect()
    this.#connect().then(
      (client) => callback(undefined, client, (release) => client.release(release as Error | boolean)),
      (error: unknown) => callback(error as Error, undefined, () => undefined),
    )
  }

  async #connect(): Promise<pg.PoolClient> {
    const gaps = this.#credentialsMayChange ? rotationGapsMs : []
    for (const gapMs of gaps) {
      try {
        return await super.connect()
      } catch (error) {
        if (!isPasswordRefused(error)) throw error
      }
      await delay(gapMs)
    }
    return super.connect()
  }
}

/**
 * The class of a pool's clients. The pool constructs them at moments of its own (a timer, a release),
 * where an exception would end the process: what cannot be read becomes an error of `connect`.
 */
function clientReading(source: CredentialSource): new (config?: pg.ClientConfig) => pg.Client {
  return class ServiceClient extends pg.Client {
    readonly #unreadable: Error | undefined

    constructor(config?: pg.ClientConfig) {
      const { url, unreadable } = attempt(source)
      super(url === undefined ? config : { ...config, connectionString: url })
      this.#unreadable = unreadable
    }

    override connect(): Promise<pg.Client>
    override connect(callback: ConnectCallback): void
    override connect(callback?: ConnectCallback): Promise<pg.Client> | void {
      if (callback === undefined) {
        return this.#unreadable === undefined ? super.connect() : Promise.reject(this.#unreadable)
      }
      if (this.#unreadable === undefined) super.connect(callback)
      else process.nextTick(callback, this.#unreadable)
    }
  }
}

function attempt(source: CredentialSource): { url?: string; unreadable?: Error } {
  try {
    return { url: readConnectionUrl(source) }
  } catch (error) {
    return { unreadable: error as Error }
  }
}

function isPasswordRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01'
}
