alter table customers add column first_name text, add column last_name text;
update customers set first_name = split_part(name, ' ', 1), last_name = split_part(name, ' ', 2);
create function split_name() returns trigger language plpgsql as $$
begin
  new.first_name := split_part(new.name, ' ', 1);
  new.last_name := split_part(new.name, ' ', 2);
  return new;
end
$$;
create trigger split_name before insert or update on customers for each row execute function split_name();
