alter table orders add constraint channel_known check (channel in ('web', 'shop'));
