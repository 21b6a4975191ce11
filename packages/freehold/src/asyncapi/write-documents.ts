import { FreeholdError, type System } from '@freehold/manifest'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asyncApiOf } from './async-api.js'

/**
 * Writes the AsyncAPI document of each service as `<service>.asyncapi.json`.
 *
 * @param services - The names of the services.
 * @param folder - Where to; it is made when it is missing.
 * @returns The files written.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE` when the system has no such service, before
 *   anything is written; `FREEHOLD_CLI_OUTPUT_NOT_WRITTEN` when the folder cannot be written to.
 */
export async function writeAsyncApi(
  system: System,
  services: readonly string[],
  folder: string,
): Promise<string[]> {
  const documents = services.map(
    (name) => [join(folder, `${name}.asyncapi.json`), asyncApiOf(system, name)] as const,
  )
  try {
    await mkdir(folder, { recursive: true })
    for (const [file, document] of documents) await writeFile(file, `${JSON.stringify(document, null, 2)}\n`)
  } catch (error) {
    throw new FreeholdError('FREEHOLD_CLI_OUTPUT_NOT_WRITTEN', {
      message: `The AsyncAPI documents cannot be written to ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      details: { folder },
      cause: error,
    })
  }
  return documents.map(([file]) => file)
}
