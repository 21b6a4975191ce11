drop view balances;
alter table invoices alter column amount_cents type numeric(14, 0);
create view balances as
select i.tenant_id, sum(i.amount_cents)::bigint as billed from invoices i where i.state <> 'void' group by i.tenant_id;
