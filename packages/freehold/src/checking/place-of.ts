import type { CheckFinding, Place } from './finding.js'

/** Where a finding is shown: where it says, else where the statement that it is about was sent from. */
export function placeOf({ place, sentFrom }: CheckFinding): Place | undefined {
  if (place !== undefined) return place
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(sentFrom ?? '') ?? []
  if (file === undefined || line === undefined) return undefined
  return { file, line: Number(line), ...(column !== undefined && { column: Number(column) }) }
}
