import { buildApplication, buildRouteMap, help, text_en, version, type Application } from '@stricli/core'
import { toolVersion } from '../config/tool-version.js'
import { checkCommand } from './check-routes.js'
import { consumerRoutes } from './consumer-routes.js'
import { eraseCommand, erasureRoutes } from './erase-routes.js'
import { eventRoutes } from './event-routes.js'
import { parkedRoutes } from './parked-routes.js'
import { releaseCommand } from './release-routes.js'
import { proveCommand } from './prove-routes.js'
import { projectionRoutes } from './projection-routes.js'
import type { CliContext } from './invocation.js'
import { logRoutes } from './log-routes.js'
import { migrateRoutes } from './migrate-routes.js'
import {
  applyCommand,
  asyncapiCommand,
  credentialsRoutes,
  hbaCommand,
  manifestCommand,
  planCommand,
  statusCommand,
  verifyCommand,
} from './routes.js'

/** What the program is, its exit codes and its environment. */
export const description = `Provisions, guards and migrates the databases that a freehold.config.ts describes.

Exit codes: 0 done, or nothing to do; 1 an error, which is printed; 2 there is something to do:
plan found a difference, migrate status a pending migration. verify answers 1 where a log does not hold.

Environment: FREEHOLD_SERVER_URL (or FREEHOLD_SERVER_URL_<SERVICE>) is an administrator's URL of the server
that holds the databases. FREEHOLD_SHADOW_URL is one of a server to try things on; without it one is booted.
NO_COLOR switches colours off, FREEHOLD_DEBUG shows the stack of an error.`

/**
 * All commands.
 *
 * @param onError - Is told what a command threw; what it returns is printed to stderr.
 */
export function application(onError: (thrown: unknown) => string = String): Application<CliContext> {
  const root = buildRouteMap({
    routes: {
      manifest: manifestCommand,
      asyncapi: asyncapiCommand,
      plan: planCommand,
      apply: applyCommand,
      status: statusCommand,
      prove: proveCommand,
      migrate: migrateRoutes,
      release: releaseCommand,
      check: checkCommand,
      events: eventRoutes,
      consumers: consumerRoutes,
      parked: parkedRoutes,
      projections: projectionRoutes,
      logs: logRoutes,
      verify: verifyCommand,
      erase: eraseCommand,
      erasures: erasureRoutes,
      credentials: credentialsRoutes,
      hba: hbaCommand,
    },
    docs: { brief: 'The control plane of a system of services on PostgreSQL', fullDescription: description },
  })
  const text = {
    ...text_en,
    exceptionWhileRunningCommand: onError,
    exceptionWhileLoadingCommandFunction: onError,
  }
  return buildApplication<CliContext>(
    root,
    {
      name: 'freehold',
      scanner: { caseStyle: 'allow-kebab-for-camel' },
      localization: { loadText: () => text },
      documentation: { disableAnsiColor: true },
    },
    {
      help: help({
        brief: 'Print this and exit',
        defaultForRouteMap: true,
        formatting: {
          caseStyle: 'convert-camel-to-kebab',
          onlyRequiredInUsageLine: true,
          useAliasInUsageLine: false,
        },
      }),
      version: version({ brief: 'Print the version and exit', info: { currentVersion: toolVersion() } }),
    },
  )
}
