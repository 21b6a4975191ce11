import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  databasePerService,
  defineEvent,
  defineService,
  defineSystem,
  immutable,
  type EventContract,
  type System,
} from '@freehold/manifest'
import Type from 'typebox'
import { beforeEach, describe, expect, it } from 'vitest'
import { consumedContracts } from './consumed-events.js'
import { readReleases } from './read-releases.js'
import type { Release } from './release.js'
import { writeRelease } from './write-release.js'

const owns = { events: immutable({ kind: 'events' }), erasures: immutable({ kind: 'erasure' }) }
const event = (type: string, also: object = {}): EventContract =>
  defineEvent({
    type,
    key: 'id',
    description: 'Something was done.',
    data: Type.Object(
      { name: Type.String({ title: 'A name' }), id: Type.String(), ...also },
      { additionalProperties: false },
    ),
  })
const placed = event('shop.order-placed.v1')
const shipped: EventContract = {
  ...event('shop.order-shipped.v1'),
  personal: { subject: 'id', fields: ['name'] },
}
const paid = event('bank.paid.v2')

function systemOf(heard: Readonly<Record<string, readonly (EventContract | string)[]>>): System {
  return defineSystem({
    name: 'x',
    strategy: databasePerService(),
    services: [
      defineService({ name: 'shop', database: 'shop_db', owns, publishes: [shipped, placed] }),
      defineService({ name: 'bank', database: 'bank_db', owns, publishes: [paid] }),
      defineService({ name: 'billing', database: 'billing_db', owns, consumes: heard }),
    ],
  })
}

const billing = (system: System): System['services'][number] => system.services[2]!

function release(
  system = systemOf({ shop: [shipped, placed.type], bank: [paid.type] }),
): Omit<Release, 'folder'> {
  return {
    service: 'billing',
    version: '1.0.0',
    migrations: [],
    manifest: billing(system),
    schema: { format: 'freehold-schema/1', tables: [], types: [], sequences: [], functions: [] },
    statements: [],
    publishes: [],
    consumes: billing(system).consumes,
    consumed: consumedContracts(system, billing(system)),
  }
}

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold consumed '))
  file = join(folder, 'releases/1.0.0/consumed-events.json')
  return () => rm(folder, { recursive: true })
})

describe('what a release consumes', () => {
  it('is written down as the service knew it, to be reviewed', async () => {
    await writeRelease(folder, release())
    expect(await readFile(file, 'utf8')).toBe(`{
  "format": "freehold-consumed-events/1",
  "contracts": {
    "bank": [
      {
        "type": "bank.paid.v2",
        "key": "id",
        "data": {
          "additionalProperties": false,
          "properties": { "id": { "type": "string" }, "name": { "type": "string" } },
          "required": ["id", "name"],
          "type": "object"
        }
      }
    ],
    "shop": [
      {
        "type": "shop.order-placed.v1",
        "key": "id",
        "data": {
          "additionalProperties": false,
          "properties": { "id": { "type": "string" }, "name": { "type": "string" } },
          "required": ["id", "name"],
          "type": "object"
        }
      },
      {
        "type": "shop.order-shipped.v1",
        "key": "id",
        "data": {
          "additionalProperties": false,
          "properties": { "id": { "type": "string" }, "name": { "type": "string" } },
          "required": ["id", "name"],
          "type": "object"
        },
        "personal": { "subject": "id", "fields": ["name"], "purpose": "shop" }
      }
    ]
  }
}
`)
    expect((await readReleases(folder))[0]?.consumed).toEqual(release().consumed)
  })

  it('is the same again, in whatever order and words it is declared', async () => {
    await writeRelease(folder, release())
    const again = systemOf({ bank: [paid], shop: [placed, { ...shipped, description: 'In other words.' }] })
    const { consumed } = release(again)
    expect(await writeRelease(folder, { ...release(), consumed: consumed! })).toMatchObject({ isNew: false })
  })

  it('is what it was given, where that is not what is published', () => {
    const own = defineEvent({
      type: placed.type as 'shop.order-placed.v1',
      key: 'id',
      data: Type.Object({ id: Type.String() }),
    })
    const system = systemOf({ shop: [own] })
    expect(consumedContracts(system, billing(system))['shop']?.[0]?.data['required']).toEqual(['id'])
  })

  it('is not something else by the same version', async () => {
    await writeRelease(folder, release())
    const own = event(placed.type, { price: Type.Number() })
    const system = systemOf({ shop: [shipped, own], bank: [paid] })
    await expect(writeRelease(folder, release(system))).rejects.toMatchObject({
      code: 'FREEHOLD_RELEASE_EXISTS',
      details: { differing: ['consumed-events.json'] },
    })
  })

  it('is not known of a release from before it was recorded, which stays as it is', async () => {
    const { consumed: _, ...before } = release()
    const { folder: written } = await writeRelease(folder, before)
    expect((await readReleases(folder))[0]).not.toHaveProperty('consumed')
    expect(await writeRelease(folder, release())).toEqual({ folder: written, isNew: false })
    expect((await readReleases(folder))[0]).not.toHaveProperty('consumed')
  })

  it('is nothing where nothing is consumed', async () => {
    await writeRelease(folder, release(systemOf({})))
    await expect(readFile(file)).rejects.toThrow('ENOENT')
  })
})

describe('a file that somebody has edited', () => {
  type Written = { contracts: Record<string, { type: string; key: string; data: Record<string, unknown> }[]> }
  it.each<[string, (written: Written) => unknown, string]>([
    ['cut off', (written) => JSON.stringify(written).slice(0, 200), 'is no JSON'],
    [
      'of another version of Freehold',
      (written) => ({ ...written, format: 'freehold-consumed-events/2' }),
      'must be "freehold-consumed-events/1"',
    ],
    [
      'without a contract',
      ({ contracts, ...rest }) => ({ ...rest, contracts: { shop: contracts['shop'] } }),
      'has no contract of bank.paid.v2, which the release consumes',
    ],
    [
      'with a contract twice',
      ({ contracts, ...rest }) => ({
        ...rest,
        contracts: { ...contracts, bank: [...contracts['bank']!, ...contracts['bank']!] },
      }),
      'has several contracts of bank.paid.v2',
    ],
    [
      'with a contract of somebody else',
      ({ contracts, ...rest }) => ({ ...rest, contracts: { ...contracts, mail: contracts['bank'] } }),
      'has a contract of bank.paid.v2, which the release does not consume from mail',
    ],
    [
      'without a key',
      ({ contracts, ...rest }) => ({
        ...rest,
        contracts: { ...contracts, bank: [{ ...contracts['bank']![0], key: undefined }] },
      }),
      'at "/contracts/bank/0" must have required properties key',
    ],
    [
      'with a schema that is none',
      ({ contracts, ...rest }) => ({
        ...rest,
        contracts: { ...contracts, bank: [{ ...contracts['bank']![0], data: { type: 'objekt' } }] },
      }),
      'at "contracts.bank.bank.paid.v2.data.type" is not a type that JSON has',
    ],
    [
      'with a key that is no member',
      ({ contracts, ...rest }) => ({
        ...rest,
        contracts: { ...contracts, bank: [{ ...contracts['bank']![0], key: 'nr' }] },
      }),
      '"nr" is not a required string of the data',
    ],
  ])('is named where it is %s', async (_, edit, says) => {
    await writeRelease(folder, release())
    const edited = edit(JSON.parse(await readFile(file, 'utf8')) as Written)
    await writeFile(file, typeof edited === 'string' ? edited : JSON.stringify(edited))
    await expect(readReleases(folder)).rejects.toMatchObject({
      code: 'FREEHOLD_RELEASE_DAMAGED',
      message: expect.stringContaining(says) as string,
      details: { file },
    })
  })
})
