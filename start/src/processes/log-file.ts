import type { FileHandle } from 'node:fs/promises'
import { open, rename, stat } from 'node:fs/promises'

const largest = 10_000_000

/** Opens a process's log for appending. One that grew large is set aside first; one of yesterday is enough. */
export async function openLog(path: string): Promise<FileHandle> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size > largest) await rename(path, `${path}.1`)
  return open(path, 'a+', 0o600)
}

/**
 * The last lines that a process wrote.
 *
 * @param start - Where in the file its own lines begin, in bytes.
 */
export async function lastLines(log: FileHandle, start: number): Promise<string> {
  const { size } = await log.stat()
  const from = Math.max(start, size - 8_192)
  const { buffer, bytesRead } = await log.read({
    buffer: Buffer.alloc(Math.max(0, size - from)),
    position: from,
  })
  const lines = buffer.toString('utf8', 0, bytesRead).trim().split('\n')
  return lines.slice(-12).join('\n')
}
