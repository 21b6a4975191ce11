import { fileURLToPath } from 'node:url'

/** A place in a file as it runs, which may have been compiled from another. Counted from 1. */
export interface CallSite {
  /** It is the runtime itself that sends, and nobody else is on the stack. */
  readonly isOfRuntime: boolean
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Deep enough for a framework, a query builder and the runtime between a route and its statement. */
const deepest = 60

/** The folder whose files are the runtime itself: `src`, or `dist` once it is built. */
const runtimeFolder = fileURLToPath(new URL('..', import.meta.url))
const sendingFolders = [`${runtimeFolder}database/`, `${runtimeFolder}recording/`]

/**
 * Who sends: the nearest code on the stack that is neither Node's, nor of a dependency, nor the runtime's; or else the
 * place in the runtime. Undefined when neither is known. It costs tens of microseconds, so it is for new texts only.
 */
export function callSite(): CallSite | undefined {
  const sites = callSites().flatMap((site) => placeOf(site))
  return sites.find(({ isOfRuntime }) => !isOfRuntime) ?? sites[0]
}

function placeOf(site: NodeJS.CallSite): CallSite[] {
  const name = site.getFileName()
  if (typeof name !== 'string' || name.startsWith('node:') || !/^(?:file:|\/|[A-Za-z]:)/.test(name)) return []
  const file = name.startsWith('file:') ? fileURLToPath(name) : name
  const isOfRuntime = file.startsWith(runtimeFolder)
  if (isOfRuntime ? sendingFolders.some((folder) => file.startsWith(folder)) : isOfDependency(file)) return []
  return [{ isOfRuntime, file, line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 }]
}

function isOfDependency(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file)
}

/** V8 hands its own description of a stack to whoever prepares it, and keeps that function for the whole process. */
function callSites(): readonly NodeJS.CallSite[] {
  const before: unknown = Reflect.get(Error, 'prepareStackTrace')
  const { stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = deepest
    Error.prepareStackTrace = (_error, sites) => sites
    return new Error('never thrown').stack as unknown as NodeJS.CallSite[]
  } finally {
    Reflect.set(Error, 'prepareStackTrace', before)
    Error.stackTraceLimit = stackTraceLimit
  }
}
