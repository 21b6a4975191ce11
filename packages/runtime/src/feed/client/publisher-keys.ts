import { LRUCache } from 'lru-cache'
import type { ServiceIdentity } from '../../identity/index.js'
import { isErased, type Erasable, type KeyFinder, type KeyName, type KeyState } from '../../personal/index.js'
import { mostKeys } from '../names.js'
import { Exchange } from './exchange.js'
import { keysIn } from './received-keys.js'

/** Who asks for keys, and how long it remembers them. */
export interface PublisherKeysOptions {
  /** Who asks. */
  readonly identity: ServiceIdentity
  /** Where the application of a service is, for instance `http://notes.internal:8083`. */
  readonly urlOf: (service: string) => string
  /** How long an answer may take, in milliseconds; 5,000 when absent. */
  readonly timeoutMs?: number
  /**
   * How long a key is remembered, in milliseconds; 30,000 when absent. So long, somebody who was forgotten by the publisher
   * is not yet forgotten here, unless this process hears of it: {@link PublisherKeys.forget}.
   */
  readonly rememberMs?: number
  /** How many keys of one publisher are remembered; 10,000 when absent. */
  readonly remembered?: number
}

/** The keys by which the services that publish events have sealed what is personal in them. */
export interface PublisherKeys {
  /** Those of one service. A consumer is given this. */
  of(source: string): KeyFinder
  /** Forgets at once what is remembered of a subject of a service: for whoever hears that it was erased there. */
  forget(source: string, erasable: Erasable): void
}

/**
 * Asks publishers for keys, over `POST /keys` of their feeds, and remembers them in memory for a short time. That somebody
 * was erased is remembered for longer: nobody who was comes back.
 *
 * Its finders throw what a subscription of `feedTransport` throws: `FREEHOLD_EVENTS_UNAVAILABLE` while a publisher cannot be
 * asked, `FREEHOLD_EVENTS_REFUSED` when the manifest does not let this service read the events of such a purpose,
 * `FREEHOLD_EVENTS_UNREADABLE` for what is no answer.
 */
export function publisherKeys(options: PublisherKeysOptions): PublisherKeys {
  const { identity, urlOf, timeoutMs = 5_000, rememberMs = 30_000, remembered = 10_000 } = options
  const bySource = new Map<string, RememberedKeys>()
  const of = (source: string): RememberedKeys => {
    const known = bySource.get(source)
    if (known !== undefined) return known
    const exchange = new Exchange({ identity, source, url: urlOf(source), timeoutMs })
    const made = new RememberedKeys(
      async (names) => {
        const body = { keys: names }
        const answer = await exchange.ask({ path: 'keys', type: 'application/json', body })
        return keysIn(answer.body, names, source)
      },
      { rememberMs, remembered },
    )
    bySource.set(source, made)
    return made
  }
  return { of, forget: (source, erasable) => bySource.get(source)?.forget(erasable) }
}

/** Asks for what is not remembered. */
class RememberedKeys implements KeyFinder {
  readonly #ask: (names: readonly KeyName[]) => Promise<readonly KeyState[]>
  readonly #rememberMs: number
  readonly #states: LRUCache<string, Exclude<KeyState, undefined>>
  /** Counts what was forgotten: an answer to an older question may be older than that. */
  #forgotten = 0

  constructor(
    ask: (names: readonly KeyName[]) => Promise<readonly KeyState[]>,
    { rememberMs, remembered }: { readonly rememberMs: number; readonly remembered: number },
  ) {
    this.#ask = ask
    this.#rememberMs = rememberMs
    this.#states = new LRUCache({ max: remembered })
  }

  async find(names: readonly KeyName[]): Promise<readonly KeyState[]> {
    const known = new Map(names.map((name) => [idOf(name), this.#states.get(idOf(name))]))
    const unknown = new Map(
      names.filter((name) => known.get(idOf(name)) === undefined).map((name) => [idOf(name), name]),
    )
    const wanted = [...unknown.values()]
    for (let from = 0; from < wanted.length; from += mostKeys) {
      const asked = wanted.slice(from, from + mostKeys)
      const before = this.#forgotten
      const states = await this.#ask(asked)
      for (const [index, name] of asked.entries()) {
        known.set(idOf(name), states[index])
        if (before === this.#forgotten) this.#remember(idOf(name), states[index])
      }
    }
    return names.map((name) => known.get(idOf(name)))
  }

  forget({ subject, purpose }: Erasable): void {
    this.#forgotten += 1
    for (const id of [...this.#states.keys()]) {
      const name = nameOf(id)
      if (name.subject === subject && (purpose === undefined || name.purpose === purpose))
        this.#states.delete(id)
    }
  }

  #remember(id: string, state: KeyState): void {
    if (isErased(state)) this.#states.set(id, state)
    else if (state !== undefined && this.#rememberMs > 0)
      this.#states.set(id, state, { ttl: this.#rememberMs })
  }
}

function idOf({ subject, purpose }: KeyName): string {
  return JSON.stringify([subject, purpose])
}

function nameOf(id: string): KeyName {
  const [subject, purpose] = JSON.parse(id) as [string, string]
  return { subject, purpose }
}
