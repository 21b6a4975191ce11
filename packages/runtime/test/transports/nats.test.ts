import { describe } from 'vitest'
import { natsIsMissing } from '../fixtures/nats-server.js'
import { transportConformance } from './conformance.js'
import { natsStage } from './nats-stage.js'

const why = natsIsMissing()

describe.skipIf(why !== undefined)(`with a nats-server${why === undefined ? '' : `: ${why}`}`, () => {
  transportConformance('nats', natsStage)
})
