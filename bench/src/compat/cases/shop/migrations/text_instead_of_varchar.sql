alter table customers alter column phone type text;
