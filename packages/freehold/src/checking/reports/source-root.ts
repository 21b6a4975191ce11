import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/**
 * From the root of the checkout to the folder of the configuration, with slashes; empty where they are the same, or
 * there is no checkout. Code hosts name files from the root.
 */
export function belowSourceRoot(folder: string): string {
  for (let root = folder; ; root = dirname(root)) {
    // A file in a worktree or a submodule, a folder elsewhere.
    if (existsSync(join(root, '.git'))) return relative(root, folder).split(sep).join('/')
    if (dirname(root) === root) return ''
  }
}
