import {
  databasePerService,
  defineService,
  defineSystem,
  immutable,
  type DataOf,
  type EventContract,
} from '@freehold/manifest'
import { Compile } from 'typebox/compile'
import { expect, expectTypeOf, test } from 'vitest'
import * as contracts from './index.js'

const all: readonly EventContract[] = Object.values(contracts)
const services = ['auth', 'user', 'notes'].map((name) =>
  defineService({
    name,
    database: `${name}_db`,
    owns: { events: immutable({ kind: 'events' }), erasures: immutable({ kind: 'erasure' }) },
    publishes: all.filter(({ type }) => type.startsWith(`${name}.`)),
  }),
)

test('the contracts hold: each is of a service of the system, and has its key', () => {
  const system = defineSystem({ name: 'notes-app', strategy: databasePerService(), services })
  expect(system.services.flatMap(({ publishes }) => publishes)).toHaveLength(all.length)
})

test('a registration does not tell the address', () => {
  const fits = Compile(contracts.AccountRegistered.data)
  const registration: DataOf<typeof contracts.AccountRegistered> = {
    accountId: '0198c0de-0000-7000-8000-000000000000',
    displayName: 'Ada',
    registeredAt: '2026-01-01T00:00:00Z',
  }
  expect(fits.Check(registration)).toBe(true)
  expect(fits.Check({ ...registration, email: 'ada@example.org' })).toBe(false)
  expectTypeOf(contracts.ProfileChanged.type).toEqualTypeOf<'user.profile-changed.v1'>()
  expectTypeOf<DataOf<typeof contracts.ProfileChanged>>().toEqualTypeOf<{
    userId: string
    displayName: string
    avatarUrl: string | null
    version: number
  }>()
})
