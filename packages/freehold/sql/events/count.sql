-- What is in a log of events, sealed or not, by type. %LOG% is the log.
select l.type, count(*) as count, min(l.at) as first_at, max(l.at) as last_at
from %LOG% l
group by l.type
order by l.type
