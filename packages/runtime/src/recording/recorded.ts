import type { RecordedStatement } from '@freehold/manifest'
import { kindNames } from './parameter-kinds.js'
import type { Use } from './recorder.js'
import type { SourcePlaces } from './source-places.js'

/** A use as it is written down. */
export function recorded({ text, kinds, site, isNamed }: Use, places: SourcePlaces): RecordedStatement {
  return {
    text,
    parameters: kinds.map(kindNames),
    ...(site !== undefined && { sentFrom: places.nameOf(site) }),
    ...(isNamed && { isNamed }),
  }
}
