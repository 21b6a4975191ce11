create function price_is_there() returns trigger language plpgsql as $$
begin
  if new.price < 50 then raise exception 'too cheap' using errcode = '23514'; end if;
  return new;
end
$$;
create trigger price_is_there before insert or update on products for each row execute function price_is_there();
