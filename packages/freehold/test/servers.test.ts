import { databasePerService, defineService, defineSystem } from '@freehold/manifest'
import { serversFrom } from 'freehold'
import { describe, expect, it } from 'vitest'

const service = (name: string): ReturnType<typeof defineService> =>
  defineService({ name, database: `${name}_db`, owns: {} })
const system = defineSystem({
  name: 'shop',
  strategy: databasePerService(),
  services: [service('orders'), service('billing')],
})
const nowhere = '/no/such/state'

describe('the servers of a system', () => {
  it('are one for all, unless a service has one of its own', async () => {
    const servers = await serversFrom(
      system,
      {
        FREEHOLD_SERVER_URL: 'postgresql://a:p@one/postgres',
        FREEHOLD_SERVER_URL_BILLING: 'postgresql://a:p@two:5433/postgres',
      },
      nowhere,
    )
    expect([servers.urlFor('orders'), servers.urlFor('billing')]).toEqual([
      'postgresql://a:p@one/postgres',
      'postgresql://a:p@two:5433/postgres',
    ])
  })

  it.each([
    ['is no URL', 'nonsense'],
    ['is of another kind', 'mysql://a:p@one/x'],
  ])('are refused when a variable %s, without repeating its secret', async (_name, url) => {
    const refused = serversFrom(system, { FREEHOLD_SERVER_URL: url }, nowhere)
    await expect(refused).rejects.toMatchObject({ code: 'FREEHOLD_SERVER_URL_INVALID' })
    await expect(refused).rejects.not.toThrow(url)
  })

  it('are refused when two URLs lead to one server by different ways', async () => {
    const env = {
      FREEHOLD_SERVER_URL: 'postgresql://a:p@one/postgres',
      FREEHOLD_SERVER_URL_BILLING: 'postgresql://a:wrong@one/postgres',
    }
    await expect(serversFrom(system, env, nowhere)).rejects.toMatchObject({
      code: 'FREEHOLD_SERVER_URL_INVALID',
    })
  })

  it('are missed by the name of the service when there is none', async () => {
    await expect(serversFrom(system, {}, nowhere)).rejects.toMatchObject({
      code: 'FREEHOLD_SERVER_UNKNOWN',
      message: expect.stringContaining('orders') as unknown,
    })
  })
})
