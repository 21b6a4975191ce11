-- freehold: phase backfill of session-address
-- freehold: compatible with >=0.1.1

-- A session that is not used is not written, so nobody else fills it; what fills it is the trigger. That 0.1.0 is not
-- compatible is for this: its refresh took a version that moved meanwhile for a stolen token.

-- freehold: backfill sessions by id in batches of 1000
update sessions
set version = version + 1
where id between $1 and $2 and address is null and ip is not null;
