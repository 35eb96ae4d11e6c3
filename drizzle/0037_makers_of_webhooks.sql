-- The person behind a webhook, also where a program of theirs made it: so that a leaver's webhooks are found.
ALTER TABLE webhook_endpoints ADD COLUMN maker_id uuid;
UPDATE webhook_endpoints w SET maker_id = a.actor_id::uuid
FROM audit_entries a
WHERE a.action = 'webhook.created' AND a.subject_id = w.id::text AND a.actor_kind = 'operator';
