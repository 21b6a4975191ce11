import { join } from 'node:path'

/** Dependencies point one way: manifest ← proof ← runtime ← services, and manifest ← proof ← freehold ← console. */
const tests = '(\\.test\\.ts$|/fixtures/|/test/)'

/** The one file of the control plane that boots a server, which nobody else uses: to weaken it, or to try things on. */
const throwaway = '^packages/freehold/src/shadow/throwaway-server\\.ts$'

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-cycles',
      'Two files that need each other are one file, or need a third.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'manifest-knows-nobody',
      'The manifest is types and validation. It imports no other part of the house.',
      { path: '^packages/manifest/' },
      { path: '^(packages/(?!manifest/)|services/|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'proof-knows-only-the-manifest',
      'Whoever signs, and whoever verifies without a database, needs hashes and no more.',
      { path: '^packages/proof/', pathNot: tests },
      { path: '^(packages/(?!proof/|manifest/)|services/|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'runtime-knows-only-manifest-and-proof',
      'A running service stays light, and the control plane never rides along in it.',
      { path: '^packages/runtime/', pathNot: tests },
      { path: '^(packages/(?!runtime/|manifest/|proof/)|services/|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'freehold-knows-only-manifest-and-proof',
      'The control plane manages any system, so it imports no service and not the runtime.',
      { path: '^packages/freehold/', pathNot: [tests, throwaway] },
      { path: '^(packages/(?!freehold/|manifest/|proof/)|services/|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'the-throwaway-server-boots-a-server-and-nothing-else',
      'The throwaway server of the self-test and of shadows needs the embedded server, and no other part of the house.',
      { path: throwaway },
      { path: '^(packages/(?!freehold/|manifest/|embedded/)|services/|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'embedded-knows-only-the-manifest',
      'The embedded server knows nothing of who uses it.',
      { path: '^packages/embedded/', pathNot: tests },
      { path: '^(packages/(?!embedded/|manifest/)|services/|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'console-knows-freehold-and-the-manifest',
      'The console shows what the control plane knows.',
      { path: '^packages/console/', pathNot: tests },
      { path: '^(packages/(?!console/|freehold/|manifest/)|services/|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'services-use-the-runtime-and-the-manifest',
      'A service is given its database. It does not provision or boot one.',
      { path: '^services/', pathNot: tests },
      { path: '^(packages/(?!runtime/|manifest/)|start/|bench/|freehold\\.config)' },
    ),
    forbid(
      'a-service-never-imports-another',
      "Another service's facts come through its API and its events. Only the libraries services/identity, services/contracts and services/audit-trail are for all.",
      { path: '^services/([^/]+)/' },
      {
        path: '^services/',
        pathNot: ['^services/$1/', '^services/identity/', '^services/contracts/', '^services/audit-trail/'],
      },
    ),
    forbid(
      'contracts-are-plain-data',
      'Every service and the control plane load the contracts: they are schemas, and bring nothing along.',
      { path: '^services/contracts/', pathNot: tests },
      { pathNot: ['^services/contracts/', '^packages/manifest/', '(^|/)node_modules/typebox/'] },
    ),
    forbid(
      'embedded-is-for-tests-start-and-bench',
      'Nothing that runs in production boots a server of its own.',
      { pathNot: ['^packages/embedded/', '^start/', '^bench/', '^test/', tests, throwaway] },
      { path: '^packages/embedded/' },
    ),
    forbid(
      'nobody-imports-tests',
      'What a program needs does not live in a test.',
      { pathNot: ['^test/', tests] },
      { path: ['^test/', '\\.test\\.ts$', '/fixtures/'] },
    ),
    forbid('resolvable', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|^test/system/evolutions/[a-z]+-service-' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(import.meta.dirname, 'tsconfig.base.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'types', 'default'],
    },
  },
}
