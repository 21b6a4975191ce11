-- freehold: phase contract of note-format
-- freehold: compatible with >=0.2.0
-- freehold: contract versions after 7 days

-- From here on who makes a note says how it is to be read. An INSERT of 0.1 is refused.
alter table notes alter column format drop default;
