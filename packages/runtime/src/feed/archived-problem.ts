import { isFreeholdError } from '@freehold/manifest/errors'
import { HttpProblem } from '../http/problem.js'
import { wasArchived } from './names.js'

/** Makes of the error that events were archived the answer to who asked for them; leaves any other as it is. */
export function answerable(error: unknown): unknown {
  if (!isFreeholdError(error, 'FREEHOLD_EVENTS_ARCHIVED')) return error
  const { service, firstPosition } = error.details
  return new HttpProblem(410, {
    slug: wasArchived,
    title: 'The events were archived',
    detail: `${error.message} "freehold logs list ${String(service)}" says where the archive is. Set the cursor to ${Number(firstPosition) - 1} or later, with "freehold consumers move"; what was before it is not delivered.`,
    extensions: { firstPosition },
    headers: { 'cache-control': 'no-store' },
  })
}
