create function refuse_last() returns trigger language plpgsql as $$
begin
  if new.stock < 10 then raise exception 'keep ten of %', new.sku; end if;
  return new;
end
$$;
create trigger keep_ten before update on products for each row execute function refuse_last();
