-- freehold: phase contract of session-address
-- freehold: compatible with >=0.2.0
-- freehold: contract sessions.ip after 7 days

drop trigger keep_address on sessions;

drop function keep_session_address();

alter table sessions drop column ip;
