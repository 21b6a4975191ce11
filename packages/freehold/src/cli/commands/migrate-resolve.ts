import { FreeholdError } from '@freehold/manifest/errors'
import { resolveSystemStatement } from '../../migrations/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'

type ResolveFlags = GlobalFlags & { readonly done: boolean; readonly again: boolean }

/** `freehold migrate resolve` */
export async function migrateResolve(
  { flags, workspace }: Invocation<ResolveFlags>,
  service: string,
  migration: string,
  statement: string,
): Promise<Answer> {
  if (flags.done === flags.again) {
    throw new FreeholdError('FREEHOLD_CLI_USAGE', { message: 'Say either --done or --again.' })
  }
  const found = flags.done ? 'done' : 'again'
  const place = { service, number: counted('migration', migration), step: counted('statement', statement) }
  const attempt = await resolveSystemStatement({
    ...(await (await workspace()).migrations()),
    ...place,
    found,
  })
  const ending = flags.done ? 'counts as done' : 'runs again'
  return {
    json: { ...place, found, begunAt: attempt.at },
    text: `Statement ${place.step} of migration ${place.number} of ${service} ${ending}.`,
  }
}

function counted(what: string, written: string): number {
  if (/^\d{1,9}$/.test(written) && Number(written) > 0) return Number(written)
  throw new FreeholdError('FREEHOLD_CLI_USAGE', {
    message: `The ${what} is a number, from 1, and not "${written}".`,
  })
}
