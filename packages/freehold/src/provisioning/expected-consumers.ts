import type { Service } from '@freehold/manifest'
import { rolesOf } from '@freehold/manifest'
import type { ExpectedRecord } from './expected.js'

const consumer = ['service', 'consumer', 'source']

/** The tables of `platform/consumers.sql` as `drift/records.sql` takes them: services write them by themselves. */
export function expectedConsumerRecords(services: readonly Service[]): ExpectedRecord[] {
  const writers = services.map((service) => rolesOf(service).app)
  return [
    { name: 'consumer', writers, columns: [...consumer, 'lanes'] },
    {
      name: 'consumer_instance',
      writers,
      columns: [...consumer, 'instance', 'alive_until'],
      updates: ['alive_until'],
      deletes: true,
    },
    {
      name: 'consumer_lane',
      writers,
      columns: [...consumer, 'lane'],
      updates: [
        'position',
        'segment',
        'epoch',
        'owner',
        'fence',
        'lease_until',
        'parked_changes',
        'moved_at',
      ],
    },
    {
      name: 'parked_event',
      writers,
      columns: [...consumer, 'lane', 'key', 'position', 'event', 'error', 'attempts'],
      updates: ['event', 'error', 'attempts', 'state', 'settled_at'],
    },
    {
      name: 'parked_action',
      writers,
      columns: [...consumer, 'key', 'position', 'parked_event', 'action', 'who', 'why', 'before'],
    },
    { name: 'consumer_move', writers, columns: [...consumer, 'before', 'position', 'who', 'why'] },
  ]
}
