-- freehold: phase expand of session-address
-- freehold: compatible with >=0.1.1

-- The address that a session was last used from, as an address: sorted, compared and searched by network. Versions to
-- 0.1 read and write the text in ip, later ones this; whoever writes one has written the other.

alter table sessions add column address inet;

comment on column sessions.address is 'Where the session was last used from.';

-- Whoever updates changes one of the two, and it is the new one that counts where it is both. A text that is no address, or
-- one with the zone of an interface, is no reason to refuse a login.
create function keep_session_address() returns trigger
language plpgsql
as $function$
begin
  if tg_op = 'INSERT' and new.address is not null or tg_op = 'UPDATE' and new.address is distinct from old.address then
    new.ip := host(new.address);
  elsif tg_op = 'INSERT' or new.ip is distinct from old.ip or new.address is null then
    begin
      new.address := nullif(split_part(new.ip, '%', 1), '')::inet;
    exception
      when invalid_text_representation then
        new.address := null;
    end;
  end if;
  return new;
end
$function$;

create trigger keep_address before insert or update on sessions for each row execute function keep_session_address();
