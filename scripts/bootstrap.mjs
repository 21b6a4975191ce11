import './house/node-version.mjs'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { runChild } from './house/child.mjs'

const root = resolve(import.meta.dirname, '..')

/**
 * Installs what is missing and builds what is stale, so that every script works right after cloning.
 * Imports nothing from npm, since nothing may be there yet.
 *
 * @param {{ onStep?: (what: string) => void, projects?: readonly string[], output?: 'inherit' | 2 }} [options] -
 *   `onStep` is told what takes its time, before it does. `projects` are all that must be built; absent,
 *   everything is. `output` is 2 where what npm and the compiler say belongs on stderr.
 * @returns {Promise<boolean>} Whether everything is installed and compiles.
 */
export async function bootstrap({ onStep = () => {}, projects = [], output = 'inherit' } = {}) {
  if (!(await installed())) {
    onStep('installing packages')
    const code = await runChild('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
      cwd: root,
      output,
    })
    if (code !== 0) return false
  }
  onStep('building')
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  return (await runChild(process.execPath, [compiler, '-b', ...projects], { cwd: root, output })) === 0
}

/**
 * Whether node_modules, the root's and the workspaces', holds what the lock file asks for. Packages for other
 * platforms may be absent.
 */
export async function installed() {
  const [wanted, present] = await Promise.all([
    packagesIn(join(root, 'package-lock.json')),
    packagesIn(join(root, 'node_modules/.package-lock.json')),
  ])
  return Object.entries(wanted).every(
    ([path, { version, link, optional }]) =>
      !path.includes('node_modules/') ||
      link ||
      optional ||
      (present[path]?.version === version && existsSync(join(root, path))),
  )
}

/** @param {string} file @returns {Promise<Record<string, { version?: string, link?: boolean, optional?: boolean }>>} */
async function packagesIn(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}
