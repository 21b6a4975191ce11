/**
 * JSON as it is hashed: without repeated keys (the last holds), keys sorted by the length of their bytes and then by the
 * bytes, `", "` and `": "` between, no escapes but those that JSON demands, numbers as plain decimals with the digits
 * that they were given. It is what PostgreSQL prints for a jsonb today; should it ever print otherwise, this is the form.
 *
 * Numbers stay text: a double would make two numbers of many digits the same.
 *
 * @throws SyntaxError when it is no JSON, or none that a jsonb can hold.
 */
export function canonicalJson(text: string): string {
  const reader = new JsonReader(text)
  const canonical = reader.value()
  reader.end()
  return canonical
}

const token =
  /[ \t\n\r]*(?:([[\]{},:])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))[ \t\n\r]*/uy

class JsonReader {
  readonly #text: string
  #at = 0
  #next: RegExpExecArray | null

  constructor(text: string) {
    this.#text = text
    this.#next = this.#scan()
  }

  value(): string {
    const [, sign, string, number, word] = this.#next ?? []
    if (sign === '{') return this.#object()
    if (sign === '[') return this.#array()
    this.#take()
    if (string !== undefined) return JSON.stringify(unescaped(string))
    if (number !== undefined) return plainNumber(number)
    if (word !== undefined) return word
    throw this.#unexpected()
  }

  end(): void {
    if (this.#at < this.#text.length || this.#next !== null) throw this.#unexpected()
  }

  #object(): string {
    const members = new Map<string, string>()
    this.#list('{', '}', () => {
      const key = unescaped(this.#take()?.[2] ?? '')
      this.#expect(':')
      members.set(key, this.value())
    })
    const sorted = [...members].map(([key, value]) => ({ key, value, bytes: Buffer.from(key) }))
    sorted.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes))
    return `{${sorted.map(({ key, value }) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`
  }

  #array(): string {
    const items: string[] = []
    this.#list('[', ']', () => items.push(this.value()))
    return `[${items.join(', ')}]`
  }

  #list(open: string, close: string, item: () => void): void {
    this.#expect(open)
    if (this.#next?.[1] !== close) {
      item()
      while (this.#next?.[1] === ',') {
        this.#take()
        item()
      }
    }
    this.#expect(close)
  }

  #expect(sign: string): void {
    if (this.#take()?.[1] !== sign) throw this.#unexpected()
  }

  #take(): RegExpExecArray | null {
    const taken = this.#next
    this.#next = this.#scan()
    return taken
  }

  #scan(): RegExpExecArray | null {
    token.lastIndex = this.#at
    const found = token.exec(this.#text)
    if (found) this.#at = token.lastIndex
    return found
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`no JSON at character ${this.#at}`)
  }
}

function unescaped(string: string): string {
  const text = JSON.parse(string) as string
  if (/\0|\p{Cs}/u.test(text)) throw new SyntaxError('a jsonb holds no such character')
  return text
}

/** Without an exponent, with as many digits after the point as were given or the exponent leaves. */
function plainNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0')
  const split = Math.max(1, point)
  const before = padded.slice(0, split).replace(/^0+(?=\d)/, '')
  const after = padded.slice(split)
  const plain = after === '' ? before : `${before}.${after}`
  return /[1-9]/.test(plain) ? sign + plain : plain
}
