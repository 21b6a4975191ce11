import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isStopping, runChild } from './child.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/**
 * Runs vitest once, and counts from its own JSON report and not from what it prints.
 *
 * @param {string} root - The repository.
 * @param {string} scratch - A folder for the report and for the temporary files of the tests.
 * @param {readonly string[]} args - Handed to `vitest run`.
 * @param {Record<string, string>} [env]
 * @returns {Promise<Tally>}
 */
export async function testRun(root, scratch, args, env = {}) {
  const report = join(scratch, 'report.json')
  await rm(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const code = await runChild(process.execPath, [program, 'run', ...reporters, ...args], {
    cwd: root,
    env: { ...env, TMPDIR: scratch },
  })
  if (isStopping()) return { passed: 0, failed: 0, skipped: 0 }
  const tally = await readTally(report)
  if (code !== 0 && tally.failed === 0) {
    console.error(`vitest ended with exit code ${code}, although no single test failed.`)
    tally.failed = 1
  }
  return tally
}

/**
 * @param {string} report
 * @returns {Promise<Tally>}
 */
async function readTally(report) {
  let text
  try {
    text = await readFile(report, 'utf8')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return { passed: 0, failed: 0, skipped: 0 }
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(text)
  // A file that does not even load has no tests to fail.
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloaded.length,
    skipped: numPendingTests + numTodoTests,
  }
}

/**
 * The line that a test run ends with.
 *
 * @param {Tally} tally
 */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
