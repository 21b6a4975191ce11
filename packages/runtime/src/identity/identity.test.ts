import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { refusalOf, shopIdentities, type ShopIdentities } from '../../test/fixtures/shop-identities.js'
import { serviceVerifier, type ServiceVerifier } from './index.js'

let shop: ShopIdentities
let asked: ServiceVerifier
beforeEach(async () => {
  shop = await shopIdentities()
  asked = shop.verifierOf('orders')
})
afterEach(() => shop.remove())

describe('a token', () => {
  test('proves to the asked service who is asking, and to no other', async () => {
    const token = await shop.identityOf('billing').tokenFor('orders')
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
    expect(await rejection(shop.verifierOf('stock').verify(token))).toMatchObject({
      code: 'FREEHOLD_SERVICE_TOKEN_INVALID',
      details: { reason: 'audience' },
    })
  })

  test('is used again until 15 seconds before it ends, for each asked service its own', async () => {
    const billing = shop.identityOf('billing')
    const first = await billing.tokenFor('orders')
    expect(await billing.tokenFor('stock')).not.toBe(first)
    shop.clock += 44_000
    expect(await billing.tokenFor('orders')).toBe(first)
    shop.clock += 2_000
    const second = await billing.tokenFor('orders')
    expect(second).not.toBe(first)
    for (const token of [first, second]) expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test('that was verified is not accepted any more when it has ended', async () => {
    const token = await shop.identityOf('billing').tokenFor('orders')
    await asked.verify(token)
    shop.clock += 59_000
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
    shop.clock += 7_000
    expect(await refusalOf(asked, token)).toBe('expired')
  })

  test('is good for clocks that differ by five seconds', async () => {
    const billing = shop.identityOf('billing')
    const token = await billing.tokenFor('orders')
    shop.clock -= 4_000
    expect(await shop.verifierOf('orders').verify(token)).toEqual({ service: 'billing' })
    shop.clock += 68_000
    expect(await shop.verifierOf('orders').verify(token)).toEqual({ service: 'billing' })
  })
})

describe('rotation', () => {
  test('is taken up by both sides at once, and the key before is good for what is under way', async () => {
    const billing = shop.identityOf('billing')
    const before = await billing.tokenFor('orders')
    await shop.rotate('billing')
    const after = await billing.tokenFor('orders')
    expect(after).not.toBe(before)
    for (const token of [after, before]) expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test('twice withdraws the first key, with the tokens that were verified before', async () => {
    const first = await shop.identityOf('billing').tokenFor('orders')
    expect(await asked.verify(first)).toEqual({ service: 'billing' })
    await shop.rotate('billing')
    await shop.rotate('billing')
    expect(await refusalOf(asked, first)).toBe('unknown-key')
  })

  test('under use refuses nobody', async () => {
    const billing = shop.identityOf('billing')
    const orders = serviceVerifier({ service: 'orders', keysFile: shop.keysFile })
    let going = true
    const asking = async (): Promise<number> => {
      let count = 0
      for (; going; count += 1) {
        expect(await orders.verify(await billing.tokenFor('orders'))).toEqual({ service: 'billing' })
        await new Promise(setImmediate)
      }
      return count
    }
    const askers = [asking(), asking()]
    for (let turn = 0; turn < 20; turn += 1) await shop.rotate('billing')
    going = false
    expect(Math.min(...(await Promise.all(askers)))).toBeGreaterThan(20)
  })
})
