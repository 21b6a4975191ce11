import { bySql, type Weakening } from '../weakening.js'

const keepsPlain = `create or replace function freehold.north__things__history() returns trigger language plpgsql security definer as $f$
begin
  insert into north.thing_history (at, entity_id, version, operation, data)
  values (clock_timestamp(), coalesce(new.id, old.id), coalesce(new.version, old.version + 1), lower(tg_op), to_jsonb(coalesce(new, old)));
  return null;
end $f$`

/** Logs and histories that take what is personal as it is. */
export const personalWeakenings: readonly Weakening[] = [
  bySql(
    'personal.log',
    'a log that takes what is personal as it is',
    'north',
    `alter table north.audit_log drop constraint personal_is_sealed`,
    /north_app → north.audit_log: stores "origin", which is personal, as it is/,
    'immutability',
  ),
  bySql(
    'personal.log-superuser',
    'a check that lets everything through',
    'north',
    `alter table north.audit_log drop constraint personal_is_sealed, add constraint personal_is_sealed check (origin <> '')`,
    /a superuser → north.audit_log: stores "origin", which is personal, as it is/,
    'immutability',
  ),
  bySql(
    'personal.log-static',
    'a check that is not the one',
    'north',
    `alter table north.audit_log drop constraint personal_is_sealed, add constraint personal_is_sealed check (origin <> '')`,
    /north.audit_log.*does not check as it should/,
    'static',
  ),
  bySql(
    'personal.history',
    'a history that keeps what is personal as it is',
    'north',
    keepsPlain,
    /north_(app|owner) → north.thing_history: lets the history of things keep "name", which is personal, as it is/,
    'immutability',
  ),
]
