drop materialized view device_days;
create materialized view device_days as
select device_id, at::date as day, avg(value)::numeric as mean, count(*) as readings from readings group by device_id, at::date;
