import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  canonicalContract,
  consumedContract,
  contractProblems,
  type EventContract,
  type Service,
  type System,
} from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../migrations/display-path.js'
import { readJson } from './read-json.js'
import { consumedEventsFile } from './release-files.js'

/** The contracts of events that a service consumes, by who publishes them. */
export type ConsumedContracts = Readonly<Record<string, readonly EventContract[]>>

/** The file of a release that has them. Releases of before have none. */
export const consumedEventsName = 'consumed-events.json'

/** The contracts of what a service consumes as it knows them now, in one order and form. */
export function consumedContracts(system: System, service: Service): ConsumedContracts {
  const heard = Object.entries(service.consumes).map(([publisher, types]) => {
    const contracts = types
      .toSorted()
      .flatMap((type) => consumedContract(system, service, publisher, type) ?? [])
    return [publisher, contracts.map(canonicalContract)] as const
  })
  return Object.fromEntries(
    heard.filter(([, contracts]) => contracts.length > 0).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/**
 * Reads the contracts that a release was built with.
 *
 * @param folder - The release's.
 * @param consumes - The types that it hears: for each there has to be one contract, and for no other.
 * @returns Nothing where it hears nothing, or was released before such contracts were recorded.
 * @throws FreeholdError `FREEHOLD_RELEASE_DAMAGED` with the file, and the place in it.
 */
export async function readConsumedEvents(
  folder: string,
  consumes: Service['consumes'],
): Promise<ConsumedContracts | undefined> {
  const path = join(folder, consumedEventsName)
  if (!existsSync(path)) return undefined
  const heard = Object.entries(consumes).flatMap(([publisher, types]) =>
    types.map((type) => ({ publisher, type })),
  )
  const { contracts } = await readJson(path, consumedEventsFile)
  const known = Object.entries(contracts).flatMap(([publisher, each]) =>
    each.map((contract) => ({ publisher, type: contract.type, contract })),
  )
  for (const { publisher, type } of heard) {
    const found = known.filter((each) => each.publisher === publisher && each.type === type)
    if (found.length !== 1)
      throw damaged(
        path,
        `has ${found.length === 0 ? 'no contract' : 'several contracts'} of ${type}, which the release consumes`,
      )
  }
  for (const { publisher, type, contract } of known) {
    if (consumes[publisher]?.includes(type) !== true)
      throw damaged(path, `has a contract of ${type}, which the release does not consume from ${publisher}`)
    const [problem] = contractProblems(contract, `contracts.${publisher}.${type}`)
    if (problem !== undefined) throw damaged(path, `at "${problem.path}" ${problem.message}`)
  }
  return contracts
}

function damaged(path: string, what: string): FreeholdError {
  return new FreeholdError('FREEHOLD_RELEASE_DAMAGED', {
    message: `${displayPath(path)} ${what}.`,
    details: { file: path },
  })
}
