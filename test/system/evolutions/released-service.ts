import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ServiceName } from '@notes/start'
import ts from 'typescript'
import { root } from '../administration.js'

/** A version of a service, built. */
export interface Release {
  readonly service: ServiceName
  readonly version: string
  /** The file that its process runs. */
  readonly entry: string
  /** Its ownership.ts, of that version. */
  readonly ownership: string
}

/**
 * Builds what a service was at an earlier version: its source of today, and over it the files of that version, which are
 * kept beside this file where they differ.
 *
 * @param into - A folder, for this and other releases.
 */
export async function earlierRelease(service: ServiceName, version: string, into: string): Promise<Release> {
  const folder = join(into, `${service}-service-${version}`)
  const source = join(folder, 'source')
  const today = join(root, 'services', `${service}-service`)
  await linkModules(into)
  for (const part of ['src', 'ownership.ts'])
    await cp(join(today, part), join(source, part), { recursive: true })
  await cp(join(import.meta.dirname, `${service}-service-${version}`), source, { recursive: true })
  const built = join(folder, 'built')
  for (const file of await readdir(source, { recursive: true })) {
    if (file.endsWith('.ts') && !file.endsWith('.test.ts')) await transpile(source, file, built)
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...(await packageOf(today)), version }))
  return {
    service,
    version,
    entry: join(built, 'src', 'main.js'),
    ownership: join(source, 'ownership.ts'),
  }
}

/** What a service is today, as `npm test` has built it. */
export async function todaysRelease(service: ServiceName): Promise<Release> {
  const today = join(root, 'services', `${service}-service`)
  return {
    service,
    version: String((await packageOf(today))['version']),
    entry: join(today, 'dist', 'src', 'main.js'),
    ownership: join(today, 'ownership.ts'),
  }
}

/** Modules are found from any folder below it as they are from the root. */
export async function linkModules(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules')).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}

async function packageOf(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
}

async function transpile(from: string, file: string, to: string): Promise<void> {
  const { outputText } = ts.transpileModule(await readFile(join(from, file), 'utf8'), {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  })
  const target = join(to, file.replace(/\.ts$/, '.js'))
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, outputText)
}
