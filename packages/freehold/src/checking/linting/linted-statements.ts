import type { Service, System } from '@freehold/manifest'
import type { ParsedStatement } from '../../migrations/parsed-statement.js'
import type { ParsedMigration, Statement } from '../../migrations/statements.js'
import type { LintedStatement } from './lint.js'
import { relationMade, tablesGone } from './nodes.js'

interface Context {
  readonly system: System
  readonly service: Service
  readonly released: number
}

/** The statements of the migrations that are to be linted, with what was made before each. */
export async function* lintedStatements(
  migrations: readonly ParsedMigration[],
  { system, service, released }: Context,
): AsyncGenerator<LintedStatement & Pick<Statement, 'index'>> {
  const nodes = new Map<Statement, ParsedStatement>()
  for (const { statements } of migrations)
    for (const statement of statements) nodes.set(statement, await nodeOf(statement.text))
  const madeByService = new Set([...nodes.values()].flatMap((node) => relationMade(node) ?? []))
  const goneByService = new Set([...nodes.values()].flatMap(tablesGone))
  const madeHere = new Set<string>()
  for (const migration of migrations.filter(({ number }) => number > released)) {
    const madeInFile = new Set<string>()
    for (const statement of migration.statements) {
      const { text, index, outside } = statement
      const node = nodes.get(statement) ?? {}
      yield {
        node,
        text,
        index,
        outside,
        migration,
        service,
        system,
        madeHere,
        madeInFile,
        madeByService,
        goneByService,
      }
      const made = relationMade(node)
      if (made === undefined) continue
      madeHere.add(made)
      madeInFile.add(made)
    }
  }
}

async function nodeOf(text: string): Promise<ParsedStatement> {
  const { parse } = await import('libpg-query')
  return (await parse(text)).stmts?.[0]?.stmt ?? {}
}
