-- People read what they did, and what was done to their profile: GET /api/users/audit.
select freehold.add_log_index('audit_log', 'audit_log_by_actor', array['actor', 'seq']);

select freehold.add_log_index('audit_log', 'audit_log_by_entity', array['entity_id', 'seq']);
