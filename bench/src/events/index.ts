import { inParts } from '../in-parts.js'
import { deadTuples } from './dead-tuples.js'
import { drain } from './drain/index.js'
import { latency } from './latency/index.js'
import { produce } from './produce/index.js'

/** What it costs to tell an event, to hear a backlog of them, and how soon one is heard. */
export const events = inParts('telling, draining and hearing events against the peers that npm has', {
  produce,
  drain,
  latency,
  'dead-tuples': deadTuples,
})
