create table firmware_history (device_id uuid not null references devices (id) on delete cascade, firmware text, at timestamptz not null default now());
create function keep_firmware() returns trigger language plpgsql security definer as $$
begin
  insert into firmware_history (device_id, firmware) values (new.id, new.firmware);
  return new;
end
$$;
create trigger keep_firmware after update on devices for each row execute function keep_firmware();
