-- Called by the policies of a log. It is IMMUTABLE with constant arguments on purpose: the planner then folds
-- the call, so the statement is refused while it is planned, before PostgreSQL's own privilege check could
-- answer "permission denied" without saying what to do instead.
create or replace function freehold.refuse_log_statement(log text) returns boolean
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $function$
begin
  raise exception '% is a log: its rows are never changed or removed', log
    using errcode = 'insufficient_privilege', schema = split_part(log, '.', 1), table = split_part(log, '.', 2),
      hint = 'Append a row that corrects the earlier one; to forget a person, erase the keys of their sealed fields.';
end
$function$;
