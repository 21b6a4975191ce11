-- freehold: phase switch of note-format
-- freehold: compatible with >=0.1.0

alter table notes validate constraint notes_format_known;
