import { lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'

interface Link {
  /** What the link leads to, relative to the package. */
  readonly source: string
  /** The link itself, relative to the package. */
  readonly target: string
}

/**
 * A tarball of npm holds no symbolic links. The package lists its own in `native/pg-symlinks.json`, and
 * makes them in an install script, which npm may be told not to run. Several processes may do this at
 * once: a link that another one made meanwhile is as good as ours.
 *
 * @param root - The folder of the platform's package.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_NO_BINARIES` when a missing link cannot be made.
 */
export function hydrateSymlinks(root: string): void {
  for (const { source, target } of readLinks(join(root, 'native', 'pg-symlinks.json'))) {
    const path = join(root, target)
    if (lstatSync(path, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(target), source), path)
    } catch (cause) {
      if (lstatSync(path, { throwIfNoEntry: false })) continue
      throw new FreeholdError('FREEHOLD_EMBEDDED_NO_BINARIES', {
        message: `PostgreSQL needs the link ${path}, which is missing and cannot be made.`,
        fix: 'Run `npm rebuild` as the owner of node_modules.',
        details: { path },
        cause,
      })
    }
  }
}

function readLinks(file: string): readonly Link[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Link[]
  } catch (error) {
    // Not every platform's package has links.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new FreeholdError('FREEHOLD_EMBEDDED_NO_BINARIES', {
      message: `The list of links ${file} cannot be read.`,
      fix: 'Install again with `npm ci`.',
      details: { file },
      cause: error,
    })
  }
}
