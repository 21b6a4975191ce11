import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Erasable, KeyName } from '../personal/index.js'
import { besides, isCoded, replaceDurably, writeDurably } from './durable-file.js'
import { unavailable } from './unavailable.js'

/** The wrapped keys of a store: a folder for each subject, and in it a file for each purpose. */
export class KeyFiles {
  readonly #directory: string

  /** @param directory - Is made when it is needed. */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** The wrapped key of a name; undefined when there is none. */
  async read(name: KeyName): Promise<string | undefined> {
    return textIn(this.#pathOf(name))
  }

  /**
   * Keeps a wrapped key, unless there is one already. Returns when it is on the disk: what is sealed with it is
   * stored in a database that keeps its word.
   *
   * @returns Whether it was kept.
   */
  async add(name: KeyName, wrapped: string): Promise<boolean> {
    const path = this.#pathOf(name)
    const temporary = besides(path)
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeDurably(temporary, wrapped)
      // A link does not replace, where a rename would: of several processes one gives the key, and the others take it.
      await link(temporary, path)
      await syncFolders(dirname(path), this.#directory)
      return true
    } catch (cause) {
      if (isCoded(cause, 'EEXIST')) return false
      // The subject was forgotten meanwhile, and its folder with it: whoever asked looks at the ledger again.
      if (isCoded(cause, 'ENOENT')) return false
      throw unavailable(path, 'cannot be written', cause)
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  /** Overwrites and removes the keys of a subject. What is gone already is no error. */
  async remove({ subject, purpose }: Erasable): Promise<void> {
    const folder = this.#folderOf(subject)
    const files = await filesIn(folder)
    // Each start asks for everybody who was ever forgotten, and nothing of them is there: that costs no write.
    if (files === undefined) return
    try {
      const isMeant = (file: string): boolean =>
        purpose === undefined || file === fileOf(purpose) || file.startsWith(`${fileOf(purpose)}.`)
      for (const file of files.filter(isMeant)) await shred(join(folder, file))
      if (purpose === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
      await syncFolders(folder, dirname(folder))
    } catch (cause) {
      throw unavailable(folder, 'cannot be removed', cause)
    }
  }

  /**
   * Makes wrapped keys anew, a file at a time and each in one step. What disappears meanwhile is passed over.
   *
   * @param again - Undefined for what stays as it is.
   */
  async rewrap(again: (wrapped: string, context: string) => Promise<string | undefined>): Promise<void> {
    for (const bucket of (await filesIn(this.#directory)) ?? [])
      for (const folder of (await filesIn(join(this.#directory, bucket))) ?? [])
        for (const file of (await filesIn(join(this.#directory, bucket, folder))) ?? []) {
          const path = join(this.#directory, bucket, folder, file)
          const wrapped = file.endsWith('.key') ? await textIn(path) : undefined
          const anew = wrapped && (await again(wrapped, `${folder}/${file}`))
          if (anew) await replace(path, anew)
        }
  }

  /** Throws what `read` and `add` throw for a purpose that no key can be kept for, before anything is done. */
  check({ purpose }: Erasable): void {
    if (purpose !== undefined) fileOf(purpose)
  }

  /** Tells of a context whether it is that of a key of somebody who is among them. */
  among(erasables: readonly Erasable[]): (context: string) => boolean {
    const gone = new Set(
      erasables.map(({ subject, purpose }) =>
        purpose === undefined ? hashOf(subject) : this.contextOf({ subject, purpose }),
      ),
    )
    return (context) => gone.has(context) || gone.has(dirname(context))
  }

  /** What a wrapped key is authenticated with: where it lies. */
  contextOf({ subject, purpose }: KeyName): string {
    return `${hashOf(subject)}/${fileOf(purpose)}`
  }

  #folderOf(subject: string): string {
    const hash = hashOf(subject)
    return join(this.#directory, hash.slice(0, 3), hash)
  }

  #pathOf({ subject, purpose }: KeyName): string {
    return join(this.#folderOf(subject), fileOf(purpose))
  }
}

/** A name of a file must not say who is in the store, nor lead anywhere else. */
function hashOf(subject: string): string {
  return createHash('sha256').update(subject).digest('hex')
}

function fileOf(purpose: string): string {
  if (/^[a-z][a-z0-9_]{0,62}$/.test(purpose)) return `${purpose}.key`
  throw new FreeholdError('FREEHOLD_KEY_STORE_UNREADABLE', {
    message: `"${purpose}" is no purpose that a key can be kept for.`,
    fix: 'Use letters of a to z, digits and "_", as in the manifest.',
  })
}

async function textIn(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (isCoded(cause, 'ENOENT')) return undefined
    throw unavailable(path, 'cannot be read', cause)
  })
}

/** Undefined where there is no such folder. */
async function filesIn(folder: string): Promise<string[] | undefined> {
  return readdir(folder).catch((cause: unknown) => {
    if (isCoded(cause, 'ENOENT')) return undefined
    throw unavailable(folder, 'cannot be read', cause)
  })
}

async function replace(path: string, text: string): Promise<void> {
  try {
    await replaceDurably(path, text)
  } catch (cause) {
    // Its subject was forgotten meanwhile, and the folder with it.
    if (!isCoded(cause, 'ENOENT')) throw unavailable(path, 'cannot be written', cause)
  }
}

/** A disk may keep what was there before (an SSD does): that is why the file holds a wrapped key, and no plain one. */
async function shred(path: string): Promise<void> {
  const file = await open(path, 'r+').catch((cause: unknown) => {
    if (isCoded(cause, 'ENOENT')) return undefined
    throw cause
  })
  if (file === undefined) return
  try {
    const { size } = await file.stat()
    await file.write(randomBytes(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await rm(path, { force: true })
}

/** A new or a removed name is on the disk only when its folder is. */
async function syncFolders(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const opened = await open(folder, 'r').catch(() => undefined)
    await opened?.sync()
    await opened?.close()
  }
}
