import { isCheckpointSigned } from '../events/checkpoint-signed.js'
import { logsOfKind } from '../logs-of.js'
import type { Service } from '../service.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

/** Checkpoints of others that are heard and not kept, and logs for them where none are heard. */
export function witnessingProblems(part: ReadablePart): ManifestProblem[] {
  return part.system.services.flatMap((service) => {
    const [log, ...others] = logsOfKind(service, 'witness')
    const heard = heardBy(service)
    const path = `services.${service.name}`
    if (log === undefined) {
      if (part.mayHideLog(service.name)) return []
      const fix = "Add to owns: witnesses: immutable({ kind: 'witness' })."
      return heard.map(([from, type]) => ({
        path: `${path}.consumes.${from}.${type}`,
        message: 'is a checkpoint, and there is no log that it is kept in',
        fix,
      }))
    }
    const problems = others.map((name) => ({
      path: `${path}.owns.${name}`,
      message: `is a second log of the checkpoints of others beside "${log}"`,
      fix: 'A service has one: give this one another kind, or remove it.',
    }))
    if (heard.length === 0 && !part.mayHideHeard(service.name))
      problems.unshift({
        path: `${path}.owns.${log}`,
        message: 'is for the checkpoints of others, and none are heard',
        fix: "Name them in consumes: { other: [checkpointSigned('other')] }, or give it another kind.",
      })
    return problems
  })
}

function heardBy({ consumes }: Service): (readonly [string, string])[] {
  return Object.entries(consumes).flatMap(([from, types]) =>
    types.filter(isCheckpointSigned).map((type) => [from, type] as const),
  )
}
