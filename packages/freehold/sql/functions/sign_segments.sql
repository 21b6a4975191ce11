-- Keeps what proves the next segments of a log, and what its signer says of it now. False when others have signed one of
-- them meanwhile; nothing is kept then.
--
-- What a signer says is not looked at here: the database has no keys. It is looked at by whoever verifies.
create or replace function freehold.sign_segments(
  log text,
  first_number bigint,
  columns text[],
  roots bytea[],
  hashes bytea[],
  marks bytea[],
  parts jsonb,
  note text
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  service constant freehold.service := freehold.service_of_session();
  last bigint;
  columns_number integer;
begin
  select coalesce(max(p.number), 0)
  into last
  from freehold.segment_proof p
  where p.service = service.name and p.log = sign_segments.log;
  if last <> first_number - 1 then
    return false;
  end if;
  select c.number
  into columns_number
  from freehold.proof_columns c
  where c.service = service.name and c.log = sign_segments.log and c.columns = sign_segments.columns;
  if columns_number is null then
    insert into freehold.proof_columns as c (service, log, number, columns)
    select service.name, sign_segments.log, coalesce(max(c.number), 0) + 1, sign_segments.columns
    from freehold.proof_columns c
    where c.service = service.name and c.log = sign_segments.log
    returning c.number into columns_number;
  end if;
  insert into freehold.segment_proof (service, log, number, columns_number, root, hash, marks)
  select service.name, sign_segments.log, first_number + s.place - 1, columns_number, s.root, s.hash, s.marks
  from unnest(roots, hashes, sign_segments.marks) with ordinality as s (root, hash, marks, place);
  insert into freehold.proof_part (service, log, height, number, hash)
  select service.name, sign_segments.log, p.height, p.number, decode(p.hash, 'base64')
  from jsonb_to_recordset(parts) as p (height integer, number bigint, hash text);
  insert into freehold.checkpoint (service, log, size, note)
  values (service.name, sign_segments.log, last + cardinality(roots), sign_segments.note);
  return true;
exception
  when unique_violation then
    return false;
end
$function$;
