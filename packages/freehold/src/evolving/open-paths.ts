import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import { refused } from './refuse.js'

/**
 * Refuses a path over a column that another path still keeps in step with others. Two triggers would each take what the
 * other writes for the word of a version, and overwrite what a version wrote.
 *
 * @throws FreeholdError `FREEHOLD_EVOLUTION_REFUSED`, with the trigger.
 */
export async function refuseOpenPath(
  session: pg.Client,
  { schema }: Service,
  table: string,
  column: string,
): Promise<void> {
  const { rows } = await session.query<{ trigger: string }>(
    `select t.tgname as trigger
     from pg_trigger t
     join pg_proc p on p.oid = t.tgfoid
     where
       t.tgrelid = to_regclass(format('%I.%I', $1::text, $2::text))
       and p.prosrc ~ 'old_shape boolean.*new_shape boolean'
       and p.prosrc ~ format('\\m(new|old)\\.%s(\\W|$)', regexp_replace(quote_ident($3), '(\\W)', '\\\\\\1', 'g'))
     order by t.tgname`,
    [schema, table, column],
  )
  const [open] = rows
  if (!open) return
  throw refused(
    `${table}.${column}`,
    `it is on a path already, whose trigger ${open.trigger} keeps it in step with other columns.`,
    'Go that path to its end first: its contract step takes the trigger away.',
  )
}
