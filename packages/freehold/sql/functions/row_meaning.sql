-- An expression for what the row t of a table says, as text: all of its columns but those that the database sets, which
-- differ between two builds that say the same.
create or replace function freehold.row_meaning(projection regclass) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $function$
select format('row(%s)::text', string_agg(format('t.%I', a.attname), ', ' order by a.attname))
from pg_attribute a
where a.attrelid = projection and a.attnum > 0 and not a.attisdropped
  and a.attname not in ('version', 'created_at', 'updated_at')
$function$;
