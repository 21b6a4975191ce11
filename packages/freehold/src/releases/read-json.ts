import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import Value from 'typebox/value'
import { displayPath } from '../migrations/display-path.js'

/** Which error a file that is not as it should be gives. */
export type UnreadableCode = 'FREEHOLD_RELEASE_DAMAGED' | 'FREEHOLD_RECORDING_UNREADABLE'

/**
 * Reads a file of JSON that must be of a form.
 *
 * @throws FreeholdError `code` with the file, and the place in it, when it is not; also when it is not UTF-8.
 */
export async function readJson<Schema extends TSchema>(
  path: string,
  schema: Schema,
  code: UnreadableCode = 'FREEHOLD_RELEASE_DAMAGED',
): Promise<Static<Schema>> {
  const unreadable = (what: string, cause?: unknown): FreeholdError =>
    new FreeholdError(code, { message: `${displayPath(path)} ${what}.`, details: { file: path }, cause })
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable('cannot be read', cause)
  })
  if (!isUtf8(bytes)) throw unreadable('is not UTF-8 text')
  const value = parsed(bytes.toString('utf8'), unreadable)
  const compiled = Compile(schema)
  if (compiled.Check(value)) return value
  // The deepest place says most: what is around it is wrong for the same reason.
  const [problem] = compiled.Errors(value).toSorted((a, b) => b.instancePath.length - a.instancePath.length)
  throw unreadable(`at "${problem?.instancePath ?? ''}" ${saidOf(value, problem)}`)
}

type Problem = ReturnType<ReturnType<typeof Compile>['Errors']>[number]

/** A form of another version of Freehold is told as that. */
function saidOf(value: unknown, problem: Problem | undefined): string {
  if (problem?.keyword !== 'const') return problem?.message ?? 'is something else'
  const found = Value.Pointer.Get(value, problem.instancePath)
  return `is ${JSON.stringify(found)}, and must be ${JSON.stringify(problem.params.allowedValue)}`
}

function parsed(text: string, unreadable: (what: string, cause?: unknown) => FreeholdError): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(`is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}
