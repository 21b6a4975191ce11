import { Erased, type KeyName, type KeyState } from '../../personal/index.js'
import { unreadable } from './refusals.js'

/**
 * Reads an answer to a question for keys strictly: one state for each name, in their order.
 *
 * @throws FreeholdError `FREEHOLD_EVENTS_UNREADABLE`, which quotes nothing of it.
 */
export function keysIn(body: unknown, names: readonly KeyName[], source: string): KeyState[] {
  const { keys } = (typeof body === 'object' && body !== null ? body : {}) as { readonly keys?: unknown }
  if (!Array.isArray(keys) || keys.length !== names.length)
    throw unreadable(source, `it is no list of ${names.length} keys`)
  return names.map((name, index) => stateIn(keys[index], name, source))
}

/** 32 bytes as base64url. */
const secret = /^[A-Za-z0-9_-]{43}$/

function stateIn(answer: unknown, name: KeyName, source: string): KeyState {
  if (answer === null) return undefined
  if (typeof answer === 'object') {
    const { erased, key } = answer as { readonly erased?: unknown; readonly key?: unknown }
    if (erased === true && key === undefined) return new Erased(name)
    if (erased === undefined && typeof key === 'string' && secret.test(key))
      return { secret: Buffer.from(key, 'base64url') }
  }
  throw unreadable(source, 'something in it is no key')
}
