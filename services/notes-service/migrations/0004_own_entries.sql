-- People read what they did: GET /api/notes/audit.
select freehold.add_log_index('audit_log', 'audit_log_by_actor', array['actor', 'seq']);
