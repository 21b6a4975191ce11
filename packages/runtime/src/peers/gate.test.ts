import { describe, expect, it } from 'vitest'
import { gateBefore } from './gate.js'

describe('the gate before a service', () => {
  it('rests after failures in a row, lets one trial through per period, and opens with the first answer', () => {
    let now = 0
    const gate = gateBefore({ inFlight: 100, failures: 3, rest: 400, now: () => now })
    const fail = (): void => {
      expect(gate.enter()).toBe('open')
      gate.leave(false)
    }
    fail()
    fail()
    gate.enter()
    gate.leave(true)
    fail()
    fail()
    expect(gate.resting).toBe(false)
    fail()
    expect(gate.resting).toBe(true)
    expect(gate.enter()).toBe('resting')
    now = 400
    // The trial hangs; the next period has its own.
    expect(gate.enter()).toBe('open')
    expect(gate.enter()).toBe('resting')
    now = 799
    expect(gate.enter()).toBe('resting')
    now = 800
    expect(gate.enter()).toBe('open')
    gate.leave(true)
    expect([gate.enter(), gate.enter()]).toEqual(['open', 'open'])
    // The trial that hung fails at last: one failure, not the fourth in a row.
    gate.leave(false)
    expect(gate.resting).toBe(false)
  })

  it('bounds what is under way', () => {
    const gate = gateBefore({ inFlight: 2 })
    expect([gate.enter(), gate.enter(), gate.enter()]).toEqual(['open', 'open', 'full'])
    gate.leave(true)
    expect(gate.inFlight).toBe(1)
    expect(gate.enter()).toBe('open')
  })
})
