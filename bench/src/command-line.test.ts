import { describe, expect, it } from 'vitest'
import type { Benchmark } from './benchmark.js'
import { commandOf, usage } from './command-line.js'

const plain: Benchmark = { summary: 'a comparison', run: () => Promise.resolve([]) }
const divided: Benchmark = { ...plain, parts: ['one', 'two'] }
const benchmarks = { plain, divided }

describe('the command line of the benchmarks', () => {
  it('says what to measure, and how often', () => {
    const args = ['divided', 'two', '--rounds', '3', '--seconds', '0.5', '--concurrency', '1,8', '--json']
    expect(commandOf(args, benchmarks)).toEqual({
      benchmark: divided,
      wishes: { parts: ['two'], schedule: { rounds: 3, seconds: 0.5, concurrencies: [1, 8] } },
      isJson: true,
    })
    expect(commandOf(['plain'], benchmarks)).toMatchObject({ wishes: { parts: [], schedule: {} } })
  })

  it.each([['--help'], ['-h'], ['plain', '--help'], ['nothing', '--help']])(
    'explains itself: %s %s',
    (...args) => {
      expect(commandOf(args, benchmarks)).toEqual({ problem: undefined })
      expect(usage(benchmarks)).toContain('divided [one] [two]')
    },
  )

  it.each([
    [[], 'Which benchmark?'],
    [['toString'], 'There is no benchmark "toString".'],
    [['divided', 'three'], 'The benchmark divided has no part "three".'],
    [['plain', 'one'], 'The benchmark plain has no part "one".'],
    [['plain', '--rounds', '0'], '--rounds is a number above 0, not "0".'],
    [['plain', '--concurrency', '1,x'], '--concurrency is a number above 0, not "x".'],
    [['plain', '--often'], expect.stringContaining('--often') as string],
  ])('says what is wrong with %j', (args, problem) => {
    expect(commandOf(args, benchmarks)).toEqual({ problem })
  })
})
