alter table invoices drop constraint invoices_state_check;
alter table invoices add constraint invoices_state_check check (state in ('draft', 'sent', 'paid', 'void', 'overdue'));
