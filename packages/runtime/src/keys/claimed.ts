import { access, link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { besides, isCoded } from './durable-file.js'
import { unavailable } from './unavailable.js'

/** Whether a store may be made when there is none, or what says so. */
export type MayCreate = boolean | (() => Promise<boolean>)

interface Claim {
  readonly directory: string
  readonly service: string
  readonly create: MayCreate
}

const format = 'freehold key store 1'

/**
 * Sees that a folder is the store of a service, and makes it when it may be made. One with keys or somebody forgotten in
 * it, and a part of it missing, is never taken for a new one.
 *
 * @throws FreeholdError `FREEHOLD_KEY_STORE_UNREADABLE` when there is none, or it is another service's,
 *   `FREEHOLD_KEY_STORE_UNAVAILABLE` when it cannot be read or written.
 */
export async function claimed({ directory, service, create }: Claim): Promise<void> {
  if (!(await isComplete(directory))) {
    const mayCreate =
      (typeof create === 'boolean' ? create : await create()) && (await asUnavailable(directory, isUnused))
    if (mayCreate) await asUnavailable(directory, () => make(directory, service))
    // Another process may have made it meanwhile.
    else if (!(await isComplete(directory))) throw missing(directory, service)
  }
  const owner = await asUnavailable(directory, () => readFile(join(directory, 'owner'), 'utf8'))
  if (owner !== ownerOf(service)) throw foreign(directory, service)
}

async function isComplete(directory: string): Promise<boolean> {
  const there = await Promise.all(
    ['owner', 'forgotten', 'keys'].map((name) =>
      access(join(directory, name)).then(() => true, absent(false)),
    ),
  ).catch((cause: unknown) => {
    throw unavailable(directory, 'cannot be used as a key store', cause)
  })
  return there.every(Boolean)
}

async function isUnused(directory: string): Promise<boolean> {
  const keys = await readdir(join(directory, 'keys')).catch(absent<string[]>([]))
  const forgotten = await stat(join(directory, 'forgotten')).then(({ size }) => size, absent(0))
  return keys.length === 0 && forgotten === 0
}

/** The owner comes last, and in one step: where it is, all is. */
async function make(directory: string, service: string): Promise<void> {
  await mkdir(join(directory, 'keys'), { recursive: true, mode: 0o700 })
  await writeFile(join(directory, '.gitignore'), '*\n', { mode: 0o600 })
  await writeFile(join(directory, 'forgotten'), '', { flag: 'a', mode: 0o600 })
  const path = join(directory, 'owner')
  const temporary = besides(path)
  try {
    await writeFile(temporary, ownerOf(service), { mode: 0o600 })
    await link(temporary, path)
  } catch (error) {
    if (!isCoded(error, 'EEXIST')) throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

function ownerOf(service: string): string {
  return `${format}\n${service}\n`
}

async function asUnavailable<T>(directory: string, work: (directory: string) => Promise<T>): Promise<T> {
  return work(directory).catch((cause: unknown) => {
    throw unavailable(directory, 'cannot be used as a key store', cause)
  })
}

function absent<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isCoded(error, 'ENOENT')) return value
    throw error
  }
}

function missing(directory: string, service: string): FreeholdError {
  return new FreeholdError('FREEHOLD_KEY_STORE_UNREADABLE', {
    message: `There is no key store in ${directory}, or not all of it, and one of the service "${service}" was in use.`,
    fix: 'Bring the folder back, from the backup of the store if need be; see that it is mounted. Only where no key was ever made may it be made anew: `create` of `fileKeyStore`.',
    details: { directory, service },
  })
}

function foreign(directory: string, service: string): FreeholdError {
  return new FreeholdError('FREEHOLD_KEY_STORE_UNREADABLE', {
    message: `${directory} is no key store of the service "${service}".`,
    fix: 'Give each service a folder of its own.',
    details: { directory, service },
  })
}
