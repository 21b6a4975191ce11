import { resolve } from 'node:path'
import { asyncApiOf, writeAsyncApi } from '../../asyncapi/index.js'
import { displayPath } from '../../migrations/display-path.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'

/** The flags of `freehold asyncapi`. */
export type AsyncApiFlags = GlobalFlags & { readonly service?: string; readonly out?: string }

/** `freehold asyncapi` */
export async function asyncapi({ flags, cwd, workspace }: Invocation<AsyncApiFlags>): Promise<Answer> {
  const { system } = await workspace()
  const names = flags.service === undefined ? system.services.map(({ name }) => name) : [flags.service]
  if (flags.out !== undefined) {
    const files = await writeAsyncApi(system, names, resolve(cwd, flags.out))
    return { json: { files }, text: files.map(displayPath).join('\n') }
  }
  const json =
    flags.service === undefined
      ? Object.fromEntries(names.map((name) => [name, asyncApiOf(system, name)]))
      : asyncApiOf(system, flags.service)
  return { json, text: JSON.stringify(json, null, 2) }
}
