import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultPorts } from '../ports/ports.js'
import { parseArguments } from './arguments.js'

const parse = (...args: string[]) => parseArguments(args, '/clone')

test('nothing said means the defaults, below the root', () => {
  expect(parse()).toEqual({
    config: '/clone/freehold.config.ts',
    state: '/clone/.freehold',
    fresh: false,
    ports: defaultPorts,
  })
})

test('every flag is heard', () => {
  const asked = parse(
    '--port=1',
    '--auth-port',
    '2',
    '--user-port',
    '3',
    '--notes-port',
    '4',
    '--postgres-port',
    '5',
  )
  expect(asked).toMatchObject({ ports: { gateway: 1, auth: 2, user: 3, notes: 4, postgres: 5 } })
  expect(parse('--fresh', '--state', '/elsewhere', '--config', 'freehold.shared.config.ts')).toMatchObject({
    fresh: true,
    state: '/elsewhere',
    config: '/clone/freehold.shared.config.ts',
  })
  expect(parse('--help')).toBe('help')
})

test.each([
  [['--bogus'], /--bogus/],
  [['stray'], /stray/],
  [['--port'], /--port/],
  [['--port', ''], /--port needs a port/],
  [['--port', '65536'], /--port needs a port.*65536/],
  [['--auth-port', '80a'], /--auth-port needs a port/],
  [['--fresh=yes'], /--fresh/],
  [['--state', ' '], /--state needs a path/],
  [['--port', '9000', '--postgres-port', '9000'], /--port and --postgres-port are both 9000/],
])('%j is refused by name', (args, words) => {
  expect(() => parse(...args)).toThrow(
    expect.objectContaining({
      code: 'FREEHOLD_START_USAGE',
      message: expect.stringMatching(words) as string,
    }) as Error,
  )
})

test('two ports of 0 do not collide: each becomes a free one', () => {
  expect(parse('--port', '0', '--auth-port', '0')).toMatchObject({ ports: { gateway: 0, auth: 0 } })
})

test('whatever is said, the answer is options or a coded error', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('--port', '--state', '--config', '-h'))),
      (args) => {
        try {
          parse(...args)
        } catch (error) {
          expect(error).toMatchObject({ code: 'FREEHOLD_START_USAGE' })
        }
      },
    ),
  )
})
