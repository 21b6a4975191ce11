import { PostgresAdapter, type DialectAdapter } from 'kysely'
import type { KeyStore } from '../personal/index.js'

/** Carries the keys of a database to whatever a Kysely instance of it begins. */
export class ServiceAdapter extends PostgresAdapter {
  readonly keys: KeyStore | undefined

  constructor(keys: KeyStore | undefined) {
    super()
    this.keys = keys
  }
}

/** The keys that an adapter carries, if it is one of ours. */
export function keysOf(adapter: DialectAdapter): KeyStore | undefined {
  return adapter instanceof ServiceAdapter ? adapter.keys : undefined
}
