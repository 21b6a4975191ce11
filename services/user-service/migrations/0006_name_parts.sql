-- freehold: phase expand of name-parts
-- freehold: compatible with >=0.1.0

-- A name in two parts, so that people can be greeted by the first. Both are personal, and their envelopes are made by who
-- has the keys: no statement of a migration can fill them. Versions from 0.2 write them together with display_name, and
-- fill those that are missing, bit by bit.

alter table profiles add column given_name text, add column family_name text;

comment on column profiles.given_name is 'Null until a version that knows of it has written the profile: then display_name says both.';
comment on column profiles.family_name is 'What comes after the given name; null where there is no more.';

alter table profiles
  add constraint profiles_name_parts_length
    check (char_length(given_name) between 1 and 100 and char_length(family_name) between 1 and 100) not valid,
  add constraint profiles_family_name_follows check (given_name is not null or family_name is null) not valid;

-- Version 0.1 changes the one name alone. What the parts said is then of no use, and the database cannot seal what it would
-- make of the new one: so it forgets them, and whoever knows of them makes them anew.
create function forget_name_parts() returns trigger
language plpgsql
as $function$
begin
  if new.given_name is not null and new.display_name <> concat_ws(' ', new.given_name, new.family_name) then
    new.given_name := null;
    new.family_name := null;
    new.personal := new.personal - array['given_name', 'family_name'];
  end if;
  return new;
end
$function$;

create trigger forget_name_parts before insert or update on profiles for each row execute function forget_name_parts();
