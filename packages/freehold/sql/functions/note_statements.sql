-- Notes what a running version of the service of the session sends. statements is a list of { text, parameters, sentFrom,
-- isNamed, calls }, or of { digest, calls } for texts that were noted before, the digest in hexadecimal. It returns the
-- digests that it does not know. unrecorded counts texts that the process had no room for.
--
-- Processes of one version wait for each other at the row of their version, so the rows behind it cannot deadlock. What
-- one service can fill is bounded: 200 versions that were seen within 90 days, and 4000 texts of each.
create or replace function freehold.note_statements(version text, statements jsonb, unrecorded bigint default 0)
returns setof text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  service constant freehold.service := freehold.service_of_session();
  kind constant text := '(string|number|bigint|boolean|date|bytes|array|json|null)';
  most_versions constant integer := 200;
  most_texts constant integer := 4000;
  longest_text constant integer := 10000;
  room bigint;
  given bigint;
  noted bigint;
begin
  if note_statements.version is null or length(note_statements.version) > 100
    or note_statements.version !~ '^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$'
  then
    raise exception '"%" is not a version', left(coalesce(note_statements.version, 'null'), 100)
      using errcode = 'invalid_parameter_value', hint = 'Write it as semantic versioning does, such as 1.4.0.';
  end if;
  if jsonb_typeof(note_statements.statements) is distinct from 'array' or jsonb_array_length(note_statements.statements) > 1000 then
    raise exception 'the statements are not a list of at most 1000' using errcode = 'invalid_parameter_value';
  end if;
  if exists (
    select
    from jsonb_to_recordset(note_statements.statements) as g (text text, digest text, parameters text[])
    where (g.text is null and g.digest !~ '^[0-9a-f]{64}$') or coalesce(g.text, g.digest) is null
      or exists (select from unnest(g.parameters) as p (kinds) where p.kinds !~ format('^%1$s(\|%1$s)*$', kind))
  ) then
    raise exception 'a statement has neither a text nor a digest, or a parameter of no known kind'
      using errcode = 'invalid_parameter_value';
  end if;

  update freehold.service_versions v
  set last_seen_at = clock_timestamp(), unrecorded = v.unrecorded + greatest(note_statements.unrecorded, 0)
  where v.service = service.name and v.version = note_statements.version;
  if not found then
    with old as (
      delete from freehold.service_versions v
      where v.service = service.name and v.last_seen_at < now() - interval '90 days'
      returning v.version
    )
    delete from freehold.statement_uses u
    using old o
    where u.service = service.name and u.version = o.version;
    if (select count(*) from freehold.service_versions v where v.service = service.name) >= most_versions then
      raise exception 'the service "%" has % versions already', service.name, most_versions
        using errcode = 'program_limit_exceeded', hint = 'Versions are forgotten 90 days after they ran.';
    end if;
    insert into freehold.service_versions as v (service, version, unrecorded)
    values (service.name, note_statements.version, greatest(note_statements.unrecorded, 0))
    on conflict (service, version) do update
    set last_seen_at = clock_timestamp(), unrecorded = v.unrecorded + excluded.unrecorded;
  end if;

  select most_texts - count(*)
  into room
  from freehold.statement_uses u
  where u.service = service.name and u.version = note_statements.version;

  select count(distinct g.text) into given
  from jsonb_to_recordset(note_statements.statements) as g (text text);
  insert into freehold.statement_uses as u (
    service, version, digest, text, is_cut, parameter_kinds, sent_from, is_named, calls
  )
  select service.name, note_statements.version, g.digest, left(g.text, longest_text), length(g.text) > longest_text,
    g.parameters[1:1000], left(g.sent_from, 500), g.is_named, g.calls
  from (
    select d.digest, d.text, d.parameters, d.sent_from, d.is_named, d.calls,
      row_number() over (partition by d.is_new order by d.digest) as place, d.is_new
    from (
      select distinct on (t.digest) t.digest, g.text, coalesce(g.parameters, '{}') as parameters, g."sentFrom" as sent_from,
        coalesce(g."isNamed", false) as is_named, least(greatest(g.calls, 0), 1000000000) as calls,
        not exists (
          select from freehold.statement_uses o
          where o.service = service.name and o.version = note_statements.version and o.digest = t.digest
        ) as is_new
      from jsonb_to_recordset(note_statements.statements)
        as g (text text, parameters text[], "sentFrom" text, "isNamed" boolean, calls bigint)
      cross join lateral (select sha256(convert_to(g.text, 'UTF8')) as digest) t
      where g.text is not null
      order by t.digest
    ) d
  ) g
  where not g.is_new or g.place <= room
  on conflict (service, version, digest) do update
  set last_sent_at = case when excluded.calls > 0 then clock_timestamp() else u.last_sent_at end,
    calls = u.calls + excluded.calls,
    sent_from = coalesce(u.sent_from, excluded.sent_from),
    is_named = u.is_named or excluded.is_named,
    parameter_kinds = case when u.parameter_kinds = excluded.parameter_kinds then u.parameter_kinds else (
      select coalesce(array_agg(m.kinds order by m.place), '{}')
      from (
        select p.place, string_agg(distinct k.kind, '|' order by k.kind) as kinds
        from unnest(u.parameter_kinds, excluded.parameter_kinds) with ordinality as p (before, now, place)
        cross join lateral string_to_table(concat_ws('|', p.before, p.now), '|') as k (kind)
        group by p.place
      ) m
    ) end;
  get diagnostics noted = row_count;
  if noted < given then
    update freehold.service_versions v
    set unrecorded = v.unrecorded + given - noted
    where v.service = service.name and v.version = note_statements.version;
  end if;

  return query
  with again as (
    select decode(g.digest, 'hex') as digest, sum(least(greatest(g.calls, 0), 1000000000))::bigint as calls
    from jsonb_to_recordset(note_statements.statements) as g (text text, digest text, calls bigint)
    where g.text is null
    group by g.digest
  ),
  known as (
    update freehold.statement_uses u
    set last_sent_at = clock_timestamp(), calls = u.calls + a.calls
    from again a
    where u.service = service.name and u.version = note_statements.version and u.digest = a.digest and a.calls > 0
    returning u.digest
  )
  select encode(a.digest, 'hex')
  from again a
  where not exists (
    select from freehold.statement_uses u
    where u.service = service.name and u.version = note_statements.version and u.digest = a.digest
  );
end
$function$;
