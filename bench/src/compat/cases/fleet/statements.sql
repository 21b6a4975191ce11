-- values ["SN-1"]
select id, model, firmware, settings, location, is_online, seen_at from devices where serial = $1;
-- values ["10000000-0000-4000-8000-000000000003", "SN-3", "T1", "{\"interval\": 5}"]
insert into devices (id, serial, model, settings) values ($1, $2, $3, $4);
-- values ["10000000-0000-4000-8000-000000000001", "2026-06-01T00:00:00Z"]
update devices set is_online = true, seen_at = $2 where id = $1;
-- values ["10000000-0000-4000-8000-000000000001", "2026-07-01T00:00:00Z", "temp", 20.25]
insert into readings (device_id, at, sensor, value) values ($1, $2, $3, $4) on conflict (device_id, sensor, at) do update set value = excluded.value;
-- values ["10000000-0000-4000-8000-000000000001", "2031-07-01T00:00:00Z", "temp", -3]
insert into readings (device_id, at, sensor, value) values ($1, $2, $3, $4);
-- values ["10000000-0000-4000-8000-000000000001", "2026-01-01", "2027-01-01"]
select at, sensor, value, quality from readings where device_id = $1 and at between $2 and $3 order by at;
-- values [["10000000-0000-4000-8000-000000000001"], ["2026-08-01T00:00:00Z"], ["hum"], [55]]
insert into readings (device_id, at, sensor, value) select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::double precision[]);
select device_id, day, mean, readings from device_days order by day;
-- values ["10000000-0000-4000-8000-000000000001", "cold"]
insert into alarms (device_id, message) values ($1, $2) returning id, raised_at;
-- values ["10000000-0000-4000-8000-000000000001", "critical"]
insert into alarms (device_id, level) values ($1, $2);
update alarms set cleared_at = now() where cleared_at is null returning id;
-- values [20]
select id, payload -> 'limit' as bound from alarms where (payload ->> 'limit')::integer >= $1;
select d.serial, a.message from alarms a join devices d on d.id = a.device_id where level = 'warn';
-- values ["10000000-0000-4000-8000-000000000002"]
delete from devices where id = $1;
select nextval('alarms_id_seq') as id;
