create or replace function mark_paid(invoice bigint) returns boolean language plpgsql as $$
begin
  perform 1 from payments where invoice_id = invoice for update of ledger;
  update invoices set state = 'paid' where id = invoice;
  return found;
end
$$;
