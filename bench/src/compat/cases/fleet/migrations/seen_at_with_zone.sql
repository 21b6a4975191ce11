alter table devices alter column seen_at type timestamptz using seen_at at time zone 'utc';
