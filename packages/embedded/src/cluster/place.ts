import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, readlink, realpath, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Account } from '../account/account.js'
import { accountForServer, isRoot } from '../account/account.js'
import { canWrite } from '../account/reach.js'
import { noteOrigin, sweepRefuges } from './sweep.js'

/** Where a server's data is, and as whom it runs. */
export interface Place {
  /** The real path of the data directory. */
  readonly dataDirectory: string
  readonly account: Account | undefined
  /** Whether there is data already. */
  readonly initialized: boolean
}

/** Where root keeps what an unprivileged account must reach. Only root writes in it. */
export const refugeRoot = '/var/lib/freehold'

/**
 * Decides where the data of a directory lives: in it, or, when we are root and the account of the server
 * cannot enter it (a clone below /root, or in a folder that `mktemp -d` made), below {@link refugeRoot},
 * with the directory as a link that says where.
 *
 * @param directory - What the caller named.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_UNREACHABLE`, `FREEHOLD_EMBEDDED_PLACE_UNSAFE`,
 *   `FREEHOLD_EMBEDDED_NO_ACCOUNT`.
 */
export async function findPlace(directory: string): Promise<Place> {
  const path = resolve(directory)
  await mkdir(dirname(path), { recursive: true })
  const there = await lstat(path).catch(() => undefined)
  if (there?.isSymbolicLink()) return linkedPlace(path)
  if (there) return existingPlace(await realpath(path))
  const account = await accountForServer()
  const inPlace = join(await realpath(dirname(path)), basename(path))
  if (!account || (await reaches(account, inPlace)))
    return { dataDirectory: inPlace, account, initialized: false }
  const refuge = await refugeOf(path)
  await symlink(refuge, path)
  await openRefuge(refuge, inPlace)
  return (await lstat(refuge).catch(() => undefined))
    ? existingPlace(refuge)
    : { dataDirectory: refuge, account, initialized: false }
}

/** Where the data of a directory goes when it cannot stay: named after the directory's real path. */
export async function refugeOf(directory: string): Promise<string> {
  const path = resolve(directory)
  const real = join(await realpath(dirname(path)), basename(path))
  return join(refugeRoot, createHash('sha256').update(real).digest('hex').slice(0, 20), 'data')
}

/** Makes {@link refugeRoot}, or sees that nobody but root could have prepared it. */
export async function openRefugeRoot(): Promise<void> {
  await ownedByRootAlone(refugeRoot)
}

async function openRefuge(refuge: string, origin: string): Promise<void> {
  await ownedByRootAlone(refugeRoot)
  await sweepRefuges(refugeRoot)
  await ownedByRootAlone(dirname(refuge))
  await noteOrigin(dirname(refuge), origin)
}

async function linkedPlace(path: string): Promise<Place> {
  const target = await realpath(path).catch(() => undefined)
  if (target) return existingPlace(target)
  const refuge = await refugeOf(path)
  if (isRoot() && (await readlink(path)) === refuge) {
    await openRefuge(refuge, path)
    return { dataDirectory: refuge, account: await accountForServer(), initialized: false }
  }
  throw new FreeholdError('FREEHOLD_EMBEDDED_UNREACHABLE', {
    message: `${path} is a link to ${await readlink(path)}, which does not exist or is closed to you.`,
    fix: 'Remove the link to begin anew, or run as the user who made it.',
    details: { path },
  })
}

async function existingPlace(dataDirectory: string): Promise<Place> {
  const owner = await lstat(dataDirectory)
  const account = await accountForServer(owner)
  const closed = account
    ? owner.uid === account.uid && !(await canWrite(account, dataDirectory))
    : process.getuid !== undefined && owner.uid !== process.getuid()
  if (closed) {
    const who = account ? `${account.name}, which PostgreSQL runs as,` : 'you'
    throw new FreeholdError('FREEHOLD_EMBEDDED_UNREACHABLE', {
      message: `The data directory ${dataDirectory} belongs to user ${owner.uid} and is closed to ${who} as it is.`,
      fix: 'Run as the user who made it, let that user enter every folder above it, or use another directory.',
      details: { dataDirectory },
    })
  }
  return { dataDirectory, account, initialized: true }
}

/** Tried with a folder like the one that is to be made. */
async function reaches(account: Account, dataDirectory: string): Promise<boolean> {
  const trial = `${dataDirectory}.trial-${process.pid}`
  await mkdir(trial, { mode: 0o700 })
  try {
    await chown(trial, account.uid, account.gid)
    return await canWrite(account, trial)
  } finally {
    await rm(trial, { recursive: true, force: true })
  }
}

async function ownedByRootAlone(folder: string): Promise<void> {
  const made = await mkdir(folder, { mode: 0o755 }).then(
    () => true,
    () => false,
  )
  if (made) await chmod(folder, 0o755)
  const status = await lstat(folder).catch(() => undefined)
  if (status?.isDirectory() && status.uid === 0 && (status.mode & 0o022) === 0) return
  throw new FreeholdError('FREEHOLD_EMBEDDED_PLACE_UNSAFE', {
    message: `${folder} must be a folder that root owns and nobody else can write.`,
    details: { folder },
  })
}
