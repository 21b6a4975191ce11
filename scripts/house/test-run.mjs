import { readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isStopping, runChild } from './child.mjs'

/**
 * `failures` name each failed test, with the first line of what it said.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Tally
 */

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
  if (isStopping()) return emptyTally()
  const tally = await readTally(root, report)
  if (code !== 0 && tally.failed === 0) {
    tally.failures.push(`vitest ended with exit code ${code}, although no single test failed.`)
    tally.failed = 1
  }
  return tally
}

/** @returns {Tally} */
export function emptyTally() {
  return { passed: 0, failed: 0, skipped: 0, failures: [] }
}

/**
 * @param {string} root
 * @param {string} report
 * @returns {Promise<Tally>}
 */
async function readTally(root, report) {
  let text
  try {
    text = await readFile(report, 'utf8')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return emptyTally()
  }
  const { numPassedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(text)
  const failures = testResults.flatMap((file) => failuresIn(relative(root, file.name), file))
  return {
    passed: numPassedTests,
    failed: failures.length,
    skipped: numPendingTests + numTodoTests,
    failures,
  }
}

/** @returns {string[]} */
function failuresIn(file, { status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed')
  // A file that does not even load has no tests to fail.
  if (failed.length === 0 && status === 'failed') return [`${file}: ${firstLine(message)}`]
  return failed.map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`)
}

/** @param {string} [text] */
function firstLine(text = '') {
  return text.split('\n', 1)[0]
}

/**
 * The line that a test run ends with.
 *
 * @param {Tally} tally
 */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
