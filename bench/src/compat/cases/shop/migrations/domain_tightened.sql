alter domain email add constraint email_lower check (value = 'x' or value like '%@%.org') not valid;
