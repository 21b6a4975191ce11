-- Functions of schema $1 whose text names table $2, or which are triggers of it, and column $3 where one is given. Those that
-- the step itself drops, by name in $4, are left out.
select p.oid::regprocedure::text as function
from pg_proc p
cross join lateral concat(p.prosrc, ' ', pg_get_function_sqlbody(p.oid)) as b (body)
where p.pronamespace = $1::regnamespace
  and p.proname <> all ($4::text[])
  and ($3::text is null or b.body ~* format('\m%s\M', $3::text))
  and (
    b.body ~* format('\m%s\M', $2::text)
    or exists (
      select from pg_trigger t where t.tgfoid = p.oid and t.tgrelid = to_regclass(format('%I.%I', $1::text, $2::text))
    )
  )
order by 1
