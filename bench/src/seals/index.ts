import { inParts } from '../in-parts.js'
import { appending } from './appending.js'
import { lag } from './lag.js'
import { verifying } from './verifying.js'

/** What it costs to seal and sign a log, how soon that is done, and how fast it is verified. */
export const seals = inParts(
  'appending to a log that is sealed and signed against a plain INSERT; seal lag; verifying',
  { append: appending, lag, verify: verifying },
)
