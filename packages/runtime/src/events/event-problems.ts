import type { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'

/** Something that is wrong with an event. */
export interface EventProblem {
  /** Where in the event, as a JSON Pointer (RFC 6901): `/data/title`. */
  readonly pointer: string
  /** What is wrong there: `is required`. */
  readonly message: string
}

/** More problems than this are one problem. */
const mostProblems = 100

/** All that a schema has against the data of an event, {@link mostProblems} at most. */
export function problemsOf(compiled: ReturnType<typeof Compile>, data: unknown): EventProblem[] {
  const { maxErrors } = Settings.Get()
  // The setting is TypeBox's for the whole process. Nothing else runs before it is as it was.
  Settings.Set({ maxErrors: mostProblems })
  try {
    return compiled.Errors(data).flatMap(problemsIn)
  } finally {
    Settings.Set({ maxErrors })
  }
}

type SchemaError = ReturnType<ReturnType<typeof Compile>['Errors']>[number]

function problemsIn(error: SchemaError): EventProblem[] {
  const place = `/data${error.instancePath}`
  if (error.keyword === 'required') return members(place, error.params.requiredProperties, 'is required')
  if (error.keyword === 'additionalProperties')
    return members(place, error.params.additionalProperties, 'is not known')
  return [{ pointer: place, message: error.message }]
}

function members(place: string, names: readonly string[], message: string): EventProblem[] {
  return names.map((name) => ({
    pointer: `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    message,
  }))
}
