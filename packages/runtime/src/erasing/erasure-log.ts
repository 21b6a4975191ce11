import { erasureLogOf, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { immutableLog, type ImmutableLog } from '../logs/index.js'
import type { ErasureRow } from './erasure.js'

/**
 * The log of kind `erasure` of a service.
 *
 * @throws FreeholdError `FREEHOLD_ERASURE_LOG_MISSING` when it has declared none.
 */
export function erasureLog(service: Service): ImmutableLog<ErasureRow> {
  const table = erasureLogOf(service)
  if (table === undefined)
    throw new FreeholdError('FREEHOLD_ERASURE_LOG_MISSING', {
      message: `The service "${service.name}" has no log of kind "erasure".`,
      details: { service: service.name },
    })
  return immutableLog<ErasureRow>(service, table, {
    columns: ['id', 'step', 'subject', 'purpose', 'reason', 'detail'],
  })
}
