import { platformSchema } from '@freehold/manifest'
import { namesInBody } from '../../proving/static/names-in-body.js'
import { namesIn, type SqlNames } from '../../proving/static/names-in-sql.js'
import { ownershipViolations, type ViolationKind } from '../../proving/static/ownership-rules.js'
import type { Lint, LintedStatement } from './lint.js'
import { nodesIn } from './nodes.js'

const fixes: Readonly<Record<ViolationKind, string>> = {
  'foreign-name': 'Ask the service whose it is by its API, or hear its events and keep a projection.',
  'platform-statement':
    'Remove it: roles, grants, owners and schemas follow from ownership.ts, and `freehold apply` makes them. Only what its own app may call of its functions, a migration grants.',
  'unsafe-definer':
    'Give the function `set search_path = pg_catalog, pg_temp`, or leave out SECURITY DEFINER.',
}

/** What a migration speaks of, or does, that only another service or the platform may. */
export async function ownershipLints(statement: LintedStatement): Promise<Lint[]> {
  const names = await namesIn(statement.text)
  if (names === undefined) return []
  const bodies = await Promise.all(names.bodies.map((body) => namesInBody(body.language, body.text)))
  const all = [names, ...bodies.flatMap((body) => body?.names ?? [])]
  return [
    ...all.flatMap((each) => violationLints(statement, each)),
    ...all.flatMap((each) => neighbourLints(statement, each)),
    ...platformLints(statement),
    ...definerLints(statement, names),
    ...undeclaredLints(statement),
  ]
}

function violationLints({ service }: LintedStatement, names: SqlNames): Lint[] {
  return ownershipViolations(service, names).map(({ kind, says }) => ({
    rule: `ownership/${kind}`,
    severity: 'error',
    message: `The migration ${says}.`,
    fix: fixes[kind],
  }))
}

/** A table of a neighbour by its plain name: there is none of that name here. */
function neighbourLints(
  { node, service, system, madeByService }: LintedStatement,
  { plain }: SqlNames,
): Lint[] {
  // `with profiles as (…)` names a part of the statement itself.
  const inside = new Set([...nodesIn(node)].map(({ CommonTableExpr }) => CommonTableExpr?.ctename))
  const strangers = [...new Set(plain)].filter(
    (name) => !Object.hasOwn(service.owns, name) && !madeByService.has(name) && !inside.has(name),
  )
  return strangers.flatMap((name) => {
    const owner = system.services.find(({ owns }) => Object.hasOwn(owns, name))
    if (owner === undefined) return []
    return {
      rule: 'ownership/foreign-name',
      severity: 'error',
      message: `The migration speaks of ${name}, which the service ${owner.name} owns.`,
      fix: fixes['foreign-name'],
    } as const
  })
}

function platformLints({ node }: LintedStatement): Lint[] {
  const records = [...nodesIn(node)].flatMap((each) => {
    const { schemaname, relname, location } = each as RelationName
    return schemaname === platformSchema && relname !== undefined ? [{ relname, location }] : []
  })
  return records.map(({ relname, location }) => ({
    rule: 'ownership/platform-table',
    severity: 'error',
    message: `The migration speaks of ${platformSchema}.${relname}, which are records of the platform.`,
    fix: "Call the platform's functions instead; its tables are its own.",
    ...(location !== undefined && { offset: location }),
  }))
}

/** A table that is in nobody's manifest: the app may do nothing with it, and a plan objects once it is there. */
function undeclaredLints({ node, service, goneByService }: LintedStatement): Lint[] {
  const { CreateStmt: made } = node
  const { relname, relpersistence, location } = made?.relation ?? {}
  const isPart = made?.partbound !== undefined || (made?.inhRelations ?? []).length > 0
  if (relname === undefined || relpersistence === 't' || isPart) return []
  if (Object.hasOwn(service.owns, relname) || goneByService.has(relname)) return []
  return [
    {
      rule: 'ownership/undeclared-table',
      severity: 'warning',
      message: `The migration makes ${relname}, which is not among what the service owns: its app may do nothing with it.`,
      fix: `Declare ${relname} in the \`owns\` of ownership.ts, or drop it in a migration of the same release.`,
      ...(location !== undefined && { offset: location }),
    },
  ]
}

interface RelationName {
  readonly schemaname?: string
  readonly relname?: string
  readonly location?: number
}

function definerLints({ node }: LintedStatement, { unsafeDefiners }: SqlNames): Lint[] {
  const { CreateFunctionStmt: made } = node
  const isDefiner = /"defname":"security","arg":\{"Boolean":\{"boolval":true/.test(JSON.stringify(made ?? {}))
  if (!isDefiner || unsafeDefiners.length > 0) return []
  return [
    {
      rule: 'ownership/security-definer',
      severity: 'warning',
      message: 'The function acts as the owner of the service for whoever may call it.',
      fix: 'Leave out SECURITY DEFINER, unless the app role has to do here what it may not do otherwise.',
    },
  ]
}
