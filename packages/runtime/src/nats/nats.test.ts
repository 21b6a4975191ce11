import { describe } from 'vitest'
import { natsIsMissing } from '../../test/fixtures/nats-server.js'
import { natsStage } from '../../test/fixtures/nats-stage.js'
import { transportConformance } from '../../test/transports/conformance.js'

const why = natsIsMissing()

describe.skipIf(why !== undefined)(`with a nats-server${why === undefined ? '' : `: ${why}`}`, () => {
  transportConformance('nats', natsStage)
})
