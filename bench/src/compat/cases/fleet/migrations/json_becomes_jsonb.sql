alter table devices alter column settings type jsonb using settings::jsonb;
