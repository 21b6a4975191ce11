import type { PostgresBinaries } from '../binaries/binaries.js'
import { program } from '../binaries/binaries.js'
import { run } from '../process/run.js'
import type { Account } from './account.js'

// Both are tried, not computed from mode bits: access lists, mounts and confinement count too.

/** Whether the account can run these binaries where they are. */
export async function canRun(account: Account, binaries: PostgresBinaries): Promise<boolean> {
  const outcomes = await Promise.all([
    tried(program(binaries, 'postgres'), ['--version'], account),
    tried(program(binaries, 'initdb'), ['--version'], account),
  ])
  return outcomes.every(Boolean)
}

/** Whether the account can enter the folder and write in it. */
export async function canWrite(account: Account, folder: string): Promise<boolean> {
  return tried('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder], account)
}

async function tried(file: string, args: readonly string[], account: Account): Promise<boolean> {
  try {
    return (await run(file, args, account)).code === 0
  } catch {
    // Not to be started at all is the plainest no.
    return false
  }
}
