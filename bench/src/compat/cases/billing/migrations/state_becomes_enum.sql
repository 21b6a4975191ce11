create type invoice_state as enum ('draft', 'sent', 'paid', 'void');
drop view balances;
alter table invoices drop constraint invoices_state_check;
alter table invoices alter column state drop default;
alter table invoices alter column state type invoice_state using state::invoice_state;
alter table invoices alter column state set default 'draft';
create view balances as
select i.tenant_id, sum(i.amount_cents)::bigint as billed from invoices i where i.state <> 'void' group by i.tenant_id;
