import { buildCommand, buildRouteMap } from '@stricli/core'
import { globalFlags, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'

const serviceParameter = { parse: text, placeholder: 'service', brief: 'The service that keeps it' } as const
const ofProjection = {
  kind: 'tuple',
  parameters: [serviceParameter, { parse: text, placeholder: 'projection', brief: 'Its table' }],
} as const
type Named = [service: string, projection: string]

const list = buildCommand<GlobalFlags, readonly string[], CliContext>({
  docs: { brief: 'Print the projections, their builds, and how far they have come' },
  parameters: { flags: globalFlags, positional: { kind: 'array', parameter: serviceParameter } },
  loader: command(async () => (await import('./commands/projections.js')).projectionsList),
})

const rebuild = buildCommand<GlobalFlags, Named, CliContext>({
  docs: {
    brief: 'Build a projection anew beside the live one',
    fullDescription:
      'Build a projection anew, from the first event, beside the live one, which is served meanwhile. The running service does it; list tells how far it has come.',
  },
  parameters: { flags: globalFlags, positional: ofProjection },
  loader: command(async () => (await import('./commands/projections.js')).projectionsRebuild),
})

const verify = buildCommand<GlobalFlags, Named, CliContext>({
  docs: {
    brief: 'Compare the rebuild with the live build',
    fullDescription:
      'Compare the rebuild with the live build: a digest of all rows of each, and keys that differ.\n\nExit codes: 0 they are at one position and say the same, 2 they do not, 1 an error.',
  },
  parameters: { flags: globalFlags, positional: ofProjection },
  loader: command(async () => (await import('./commands/projections.js')).projectionsVerify),
})

const swap = buildCommand<GlobalFlags & { readonly digest: string }, Named, CliContext>({
  docs: {
    brief: 'Serve the rebuild that was verified',
    fullDescription:
      'Serve the rebuild in the place of the live build, which is kept. In one transaction, and only if the rebuild still says what was verified.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      digest: { kind: 'parsed', parse: text, placeholder: 'digest', brief: 'Of the rebuild, from verify' },
    },
    positional: ofProjection,
  },
  loader: command(async () => (await import('./commands/projections.js')).projectionsSwap),
})

const rollback = buildCommand<GlobalFlags, Named, CliContext>({
  docs: { brief: 'Serve the build that was replaced again' },
  parameters: { flags: globalFlags, positional: ofProjection },
  loader: command(async () => (await import('./commands/projections.js')).projectionsRollback),
})

const discard = buildCommand<GlobalFlags, Named, CliContext>({
  docs: { brief: 'Drop the build beside the live one' },
  parameters: { flags: globalFlags, positional: ofProjection },
  loader: command(async () => (await import('./commands/projections.js')).projectionsDiscard),
})

/** `freehold projections …` */
export const projectionRoutes = buildRouteMap({
  routes: { list, rebuild, verify, swap, rollback, discard },
  docs: { brief: 'Read models that follow from events' },
})
