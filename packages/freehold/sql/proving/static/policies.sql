-- Policies of Freehold's own tables that let a service see, or write, rows of another. Which of its roles each is for, the
-- plan looks at.
select format('table freehold.%s', c.relname) as object,
  format('the policy %s lets rows through where %s', p.polname, x.clause) as summary,
  format('drop policy %I on freehold.%I; and then: freehold apply', p.polname, c.relname) as repair
from pg_policy p
join pg_class c on c.oid = p.polrelid and c.relnamespace = 'freehold'::regnamespace
cross join lateral (
  values (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid))
) as x (clause)
where x.clause is not null
  and (
    not p.polpermissive
    or x.clause not in (
      '(CURRENT_USER = (service || ''_app''::text))',
      '(CURRENT_USER = (service || ''_owner''::text))',
      '(CURRENT_USER = ANY (ARRAY[(service || ''_app''::text), (service || ''_owner''::text)]))'
    )
  )
order by object, summary
