import { consumingProblems } from './consuming.js'
import { expectingProblems } from './expecting.js'
import { nameProblems } from './names.js'
import { personalProblems } from './personal.js'
import { placeProblems } from './places.js'
import type { ManifestProblem } from './problem.js'
import { projectionProblems } from './projections.js'
import { publishingProblems } from './publishing.js'
import { readablePart } from './readable-part.js'
import { referenceProblems } from './references.js'
import { shapeOf } from './shape.js'
import { tableProblems } from './tables.js'
import { witnessingProblems } from './witnessing.js'

export { contractProblems } from './contract.js'
export { describeProblems, type ManifestProblem } from './problem.js'

/**
 * Everything that is wrong with a manifest, typed or read from JSON, each once. An empty list means that it
 * holds. Never throws. What cannot be read does not keep the rest from being judged, and nothing is said of
 * what would only follow from it.
 */
export function validateSystem(system: unknown): ManifestProblem[] {
  const shape = shapeOf(system)
  const part = readablePart(system)
  const problems = [
    ...shape.problems,
    ...nameProblems(part),
    ...placeProblems(part),
    ...tableProblems(part),
    ...referenceProblems(part),
    ...publishingProblems(part),
    ...consumingProblems(part),
    ...expectingProblems(part),
    ...projectionProblems(part),
    ...witnessingProblems(part),
    ...personalProblems(part),
  ]
  const keyed = problems.map((problem) => [JSON.stringify([problem.path, problem.message]), problem] as const)
  return [...new Map(keyed.toReversed()).values()].toReversed()
}
