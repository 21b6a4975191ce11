import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { anyCommand } from './model/commands.js'
import { Model } from './model/model.js'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

describe('the notes-service', () => {
  it('does what a model in memory says, whatever two people do with their notes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(anyCommand, { maxCommands: 60, size: 'max' }), async (commands) => {
        const people = await Promise.all([stage.person(), stage.person()])
        await fc.asyncModelRun(() => ({ model: new Model(), real: people }), commands)
      }),
      { numRuns: 40 },
    )
  })
})
