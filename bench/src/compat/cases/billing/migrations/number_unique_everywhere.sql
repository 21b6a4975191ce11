update invoices set number = tenant_id || '-' || number;
alter table invoices drop constraint invoices_tenant_id_number_key;
alter table invoices add constraint invoices_number_key unique (number);
