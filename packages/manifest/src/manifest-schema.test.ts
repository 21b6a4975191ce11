import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { manifestSchema } from './manifest-schema.js'
import { mutatedSystem, soundSystem } from './testing/fixtures/manifests.js'
import { validateSystem } from './validation/index.js'
import { shapeOf } from './validation/shape.js'

const published = new URL('../schema/manifest.schema.json', import.meta.url)
const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(manifestSchema)

describe('the published JSON Schema', () => {
  test('is current', async () => {
    const text = await readFile(published, 'utf8')
    expect(JSON.parse(text), 'run: npm run docs').toEqual(JSON.parse(JSON.stringify(manifestSchema)))
  })

  test('accepts every sound manifest', () => {
    fc.assert(
      fc.property(soundSystem, (system) => {
        expect(accepts(system), JSON.stringify(accepts.errors)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('refuses whatever has the wrong shape, and accepts whatever validation does', () => {
    let [refused, kept] = [0, 0]
    fc.assert(
      fc.property(
        fc.oneof({ weight: 1, arbitrary: fc.jsonValue() }, { weight: 9, arbitrary: mutatedSystem }),
        (any) => {
          const accepted = accepts(any)
          if (shapeOf(any).problems.length > 0) expect(accepted, 'misshapen, and accepted').toBe(false)
          if (validateSystem(any).length === 0) expect(accepted, JSON.stringify(accepts.errors)).toBe(true)
          if (accepted) kept += 1
          else refused += 1
        },
      ),
      { numRuns: 2000 },
    )
    expect(Math.min(refused, kept), 'both answers were drawn often').toBeGreaterThan(50)
  })
})
