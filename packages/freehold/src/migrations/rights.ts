import type pg from 'pg'
import type { Statement } from './statements.js'

/** What a migration may not do, and who may. */
export interface MissingRight {
  /** What it would have needed, in words. */
  readonly needs: string
  readonly ask: 'administrator' | 'platform' | 'service'
  readonly fix: string
}

/** insufficient_privilege, invalid_grant_operation. */
const refusals = ['42501', '0LP01']

/** By the words that a statement begins with. */
const rules: readonly { readonly words: RegExp; readonly ask: MissingRight['ask']; readonly fix: string }[] =
  [
    {
      words: /^(?:create|alter|drop)\s+extension\b/i,
      ask: 'administrator',
      fix: 'Have an administrator run this statement in the database of the service once; the migration then says "create extension if not exists".',
    },
    {
      words:
        /^(?:grant|revoke|reassign|(?:alter|create|drop)\s+(?:policy|trigger|event\s+trigger|default\s+privileges))\b|\bowner\s+to\b/i,
      ask: 'platform',
      fix: 'Remove the statement: grants, owners and guards follow from ownership.ts, and `freehold apply` makes them.',
    },
    {
      words:
        /^(?:create|alter|drop)\s+(?:role|user|group|database|tablespace|schema|system|subscription|publication|server|foreign\s+data|language)\b|^copy\b|^load\b/i,
      ask: 'administrator',
      fix: 'Take it out of the migration: what concerns more than the tables of a service is done by an administrator of the server, or by `freehold apply`.',
    },
  ]

const otherwise = {
  ask: 'service',
  fix: 'Keep to what the service owns. What belongs to another service is changed by a migration of that service; what belongs to the platform by `freehold apply`.',
} as const

/** The right that the server missed, when that is why it refused a statement. */
export function missingRight(
  cause: pg.DatabaseError,
  statement: Statement | undefined,
): MissingRight | undefined {
  if (!refusals.includes(cause.code ?? '') || statement === undefined) return undefined
  // A guard of Freehold refuses what nobody may do, and its hint says what to do instead.
  if (cause.where?.includes('freehold.')) return undefined
  const { ask, fix } = rules.find(({ words }) => words.test(statement.text)) ?? otherwise
  return { needs: cause.message, ask, fix }
}
