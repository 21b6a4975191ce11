-- values ["1"]
select set_config('billing.tenant', $1, false);
-- values [1]
select id, name, plan from tenants where id = $1;
-- values [1, "company"]
update tenants set plan = $2 where id = $1;
-- values [1, "2026-003", 4500, "EUR"]
insert into invoices (tenant_id, number, amount_cents, currency) values ($1, $2, $3, $4) returning id, state;
-- values [1]
select id, number, state, currency, amount_cents, issued_on, lower(period) as starts from invoices where tenant_id = $1 order by number;
-- values [2]
update invoices set state = 'sent', issued_on = current_date where id = $1 and state = 'draft' returning id;
-- values [1]
select mark_paid($1) as paid;
-- values [1]
select line ->> 'sku' as sku, (line ->> 'count')::integer as count from invoices i cross join jsonb_array_elements(i.meta -> 'lines') as line where i.id = $1;
-- values ["{\"vat\": 19}", 1]
update invoices set meta = meta || $1::jsonb where id = $2;
-- values [1]
select tenant_id, billed from balances where tenant_id = $1;
-- values [1, 5, "2026-01-15"]
select id from invoices where tenant_id = $1 and period @> $3::date limit $2;
-- values [1, "2026-001", 1]
insert into invoices (tenant_id, number, amount_cents) values ($1, $2, $3) on conflict (tenant_id, number) do nothing;
-- values [[1, 2]]
select i.id, t.name from invoices i join tenants t on t.id = i.tenant_id where i.id = any($1);
-- values [3]
delete from invoices where id = $1 and not exists (select from payments where invoice_id = $1);
-- values ["void", 2]
update invoices set state = $1 where id = $2;
select state, count(*)::integer as invoices, coalesce(sum(amount_cents), 0) as cents from invoices group by state;
