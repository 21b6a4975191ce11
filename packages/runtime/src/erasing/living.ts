import { erasureLogOf, type Service } from '@freehold/manifest'
import type { Queryable } from '../database/index.js'
import { Erased, type KeyFinder } from '../personal/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared } from '../statements/prepared.js'

/**
 * Keys of a publisher for a service that may have forgotten somebody before the publisher has: of whoever its own log of
 * erasures names, what others tell is erased, whether or not they still have the key. So an event that comes late brings
 * nobody back.
 *
 * @param keys - Those of the publisher; comes back as it is where the service forgets nobody.
 */
export function keysOfLiving(service: Service, db: Queryable, keys: KeyFinder): KeyFinder {
  const log = erasureLogOf(service)
  if (log === undefined) return keys
  const forgotten = prepared(`
    select distinct subject from ${identifier(log)}
    where step = 'asked' and purpose is null and subject = any ($1::text[])`)
  return {
    async find(names) {
      const subjects = [...new Set(names.map(({ subject }) => subject))]
      const { rows } = await db.query<{ subject: string }>({ ...forgotten, values: [subjects] })
      if (rows.length === 0) return keys.find(names)
      const gone = new Set(rows.map(({ subject }) => subject))
      const living = await keys.find(names.filter(({ subject }) => !gone.has(subject)))
      const rest = living[Symbol.iterator]()
      return names.map((name) => (gone.has(name.subject) ? new Erased(name) : rest.next().value))
    },
  }
}
