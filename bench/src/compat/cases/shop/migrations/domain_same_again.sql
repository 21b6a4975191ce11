alter domain email add constraint email_again check (value like '%@%');
