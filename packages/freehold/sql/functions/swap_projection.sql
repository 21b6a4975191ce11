-- Makes the build that stands beside a projection the live one. Both have come to one position, nothing is written to
-- either, and what the build says is what was verified: the same digest; or, when it was found to say the same as the
-- live one and events have come since, it says the same as the live one still.
create or replace function freehold.swap_projection(projection text, digest text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.require_projection(swap_projection.projection);
  live constant regclass := freehold.build_table(swap_projection.projection, 'live');
  shadow constant regclass := freehold.build_table(swap_projection.projection, 'building');
  verified jsonb;
  actual text;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'freehold.swap_projection must see what others have committed' using errcode = 'invalid_transaction_state',
      hint = 'Call it in READ COMMITTED.';
  end if;
  select b.verified
  into verified
  from freehold.projection_build b
  where b.service = service.name and b.projection = swap_projection.projection and b.state = 'building';
  perform freehold.require_same_columns(live, shadow);
  -- Whoever applies events has taken a lock of the table first. Readers go on.
  perform set_config('lock_timeout', '5s', true);
  execute format('lock table %s, %s in share mode', live, shadow);
  if not freehold.projection_is_aligned(service.name, swap_projection.projection) then
    raise exception 'the two builds of the projection "%" are not at one position', swap_projection.projection
      using errcode = 'object_not_in_prerequisite_state', constraint = 'projection_aligned', hint = 'Verify it, and try again.';
  end if;
  actual := (select d.digest from freehold.digest_projection(swap_projection.projection, 'building') d);
  if actual is distinct from swap_projection.digest and not (
    verified ->> 'digest' is not distinct from swap_projection.digest
    and (verified ->> 'isSame')::boolean
    and actual = (select d.digest from freehold.digest_projection(swap_projection.projection, 'live') d)
  ) then
    raise exception 'what build of the projection "%" says now has the digest %, and not the one that was verified',
        swap_projection.projection, actual
      using errcode = 'object_not_in_prerequisite_state', constraint = 'projection_verified', detail = actual,
        hint = 'Verify it again and swap at once, while both are held: events that came since have changed it.';
  end if;
  perform freehold.exchange_projection(service, swap_projection.projection, 'building', 'retired');
end
$function$;
