import { availableParallelism } from 'node:os'
import { defaultExclude, defineConfig } from 'vitest/config'

const withoutDatabase = [
  'packages/manifest/src/**/*.test.ts',
  'packages/proof/src/**/*.test.ts',
  'services/contracts/src/**/*.test.ts',
  'test/house/**/*.test.ts',
]

/** Two projects, so that a test which needs no database does not wait for a server to boot. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  // Vitest hands these to node as --conditions: with 'import' among them, a require() would find ES modules.
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    // Vitest would leave a processor free. More than there are only makes everything wait that has a limit.
    maxWorkers: availableParallelism(),
    // Files of a worker share their imports, which saves a fourth of all time: nothing here is a singleton.
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    // What a test expected is told whole: a log that was cut off has nothing else of it.
    chaiConfig: { truncateThreshold: 0 },
    // A poll waits for a condition, and not for a time.
    expect: { poll: { timeout: 30_000, interval: 10 } },
    projects: [
      { extends: true, test: { name: 'plain', include: withoutDatabase } },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'services/*/{src,test}/**/*.test.ts',
            'start/src/**/*.test.ts',
            'bench/src/**/*.test.ts',
            'test/**/*.test.ts',
          ],
          exclude: [...defaultExclude, ...withoutDatabase],
          globalSetup: ['test/setup/server.ts'],
        },
      },
    ],
  },
})
