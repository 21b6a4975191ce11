alter table products add column changed_at timestamptz;
create function touch() returns trigger language plpgsql as $$
begin
  new.changed_at := now();
  return new;
end
$$;
create trigger touch before update on products for each row execute function touch();
