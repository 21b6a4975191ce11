import { isIP } from 'node:net'

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads variables one by one and collects what is wrong with them, so that all of it is said at once. */
export class Variables {
  readonly problems: string[] = []
  readonly #environment: Environment

  /** @param environment - Usually `process.env`. An empty variable counts as absent. */
  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** A text, as it is. */
  text(name: string, fallback: string): string {
    return this.#value(name) ?? fallback
  }

  /** One of a few words. */
  oneOf(name: string, words: readonly string[], fallback: string): string {
    const value = this.text(name, fallback)
    return words.includes(value)
      ? value
      : this.#refuse(name, value, `must be one of ${words.join(', ')}`, fallback)
  }

  /** A whole number within bounds. */
  wholeNumber(name: string, bounds: { min: number; max: number }, fallback: number): number {
    const value = this.#value(name)
    if (value === undefined) return fallback
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN
    if (number >= bounds.min && number <= bounds.max) return number
    return this.#refuse(name, value, `must be a whole number from ${bounds.min} to ${bounds.max}`, fallback)
  }

  /** The origin of an HTTP server. A path is refused, because the door rewrites none. */
  origin(name: string, fallback: string): URL {
    return this.optionalOrigin(name) ?? new URL(fallback)
  }

  /** The same, or undefined when it is not set. */
  optionalOrigin(name: string): URL | undefined {
    const value = this.#value(name)
    if (value === undefined) return undefined
    const url = originFrom(value)
    if (url === undefined) {
      this.#refuse(name, value, 'must be an address like http://127.0.0.1:8081, without a path', value)
    }
    return url
  }

  /** Origins separated by commas, or `*`. */
  origins(name: string): readonly string[] {
    return this.#list(name).map((value) => {
      if (value === '*') return value
      return (
        originFrom(value)?.origin ??
        this.#refuse(name, value, 'must hold origins like https://notes.example, or *', value)
      )
    })
  }

  /** Addresses or networks separated by commas. */
  networks(name: string): readonly string[] {
    return this.#list(name).map((value) => {
      if (isNetwork(value)) return value
      return this.#refuse(name, value, 'must hold addresses or networks like 10.0.0.0/8, or loopback', value)
    })
  }

  #list(name: string): string[] {
    return (this.#value(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }

  #value(name: string): string | undefined {
    const value = this.#environment[name]?.trim()
    return value === '' ? undefined : value
  }

  #refuse<T>(name: string, value: string, rule: string, fallback: T): T {
    this.problems.push(`${name} ${rule}; it is ${JSON.stringify(value)}.`)
    return fallback
  }
}

function originFrom(value: string): URL | undefined {
  if (!URL.canParse(value)) return undefined
  const url = new URL(value)
  const bare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return bare && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}

function isNetwork(value: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true
  const [address = '', bits, ...more] = value.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}
