create or replace view balances as
select i.tenant_id, sum(i.amount_cents)::bigint as billed from invoices i where i.state in ('draft', 'sent', 'paid') group by i.tenant_id;
create view debts as select b.tenant_id, b.billed from balances b where b.billed > 0;
