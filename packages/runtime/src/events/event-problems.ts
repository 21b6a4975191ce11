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

function problemsIn({ keyword, instancePath, params, message }: SchemaError): EventProblem[] {
  const pointer = `/data${instancePath}`
  switch (keyword) {
    case 'required':
      return params.requiredProperties.map((name) => ({
        pointer: `${pointer}/${escaped(name)}`,
        message: 'is required',
      }))
    case 'boolean':
      return [{ pointer, message: 'is not known' }]
    case 'additionalProperties':
    case 'unevaluatedProperties':
      // Each such member has a problem of its own.
      return []
    default:
      return [{ pointer, message }]
  }
}

/** A member's name as a JSON Pointer has it. */
export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
