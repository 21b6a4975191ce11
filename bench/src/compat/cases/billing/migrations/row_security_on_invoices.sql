alter table invoices enable row level security;
create policy own_invoices on invoices using (tenant_id = current_setting('billing.account', true)::integer);
