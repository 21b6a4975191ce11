// Seals the events of the workshop in a process of its own, until it is killed. A message says how far it came.
import { connect, startSealer } from '@freehold/runtime'
import { defineService, immutable } from '@freehold/manifest'

const service = defineService({
  name: 'workshop',
  database: 'workshop_db',
  owns: { events: immutable({ kind: 'events' }) },
  migrations: 'migrations',
})
const db = connect({ url: process.env.DATABASE_URL, applicationName: 'adversary-sealer', max: 1 })
const sealer = startSealer(service, db)
for (let position = 0; ;) {
  position = await sealer.sealedBeyond('events', position, { waitMs: 60_000 })
  process.send?.(position)
}
