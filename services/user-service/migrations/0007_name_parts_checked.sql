-- freehold: phase switch of name-parts
-- freehold: compatible with >=0.1.0

alter table profiles validate constraint profiles_name_parts_length;

alter table profiles validate constraint profiles_family_name_follows;
