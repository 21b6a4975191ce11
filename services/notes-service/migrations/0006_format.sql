-- freehold: phase expand of note-format
-- freehold: compatible with >=0.1.0

-- How the body of a note is to be read. The default is for who does not know of the column: an INSERT of 0.1 leaves it
-- out, and every note that there is was plain. It is kept in the catalog, so that no row is rewritten.

alter table notes add column format text not null default 'plain';

comment on column notes.format is 'How the body is to be read: plain or markdown.';

-- NOT VALID: new rows are checked from now on, old ones are looked at by the next step, without a lock that writers wait for.
alter table notes add constraint notes_format_known check (format in ('plain', 'markdown')) not valid;
