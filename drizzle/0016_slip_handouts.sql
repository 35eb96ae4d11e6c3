-- Who was given which slips, slip by slip: the numbers of those that were handed out, whatever was asked for and whatever
-- the caller could see. It stays when the slips have left, also for good.
CREATE TABLE eslip_handouts (
  id             uuid PRIMARY KEY,
  -- Read over the API, saved as a file, told of by a webhook that was answered.
  kind           text NOT NULL CHECK (kind IN ('pulled', 'downloaded', 'notified')),
  format         text CHECK (format IN ('txt', 'pdf', 'csv', 'zip', 'parquet')),
  -- The operator, the key or the webhook, with the name it had.
  actor_id       uuid NOT NULL,
  actor_name     text NOT NULL,
  numbers        int8multirange NOT NULL,
  -- All slips of an archive, instead of numbers.
  archive_number int,
  count          bigint NOT NULL,
  -- What one was given within a minute is one row.
  began_at       timestamptz NOT NULL,
  last_at        timestamptz NOT NULL,
  CHECK ((kind = 'downloaded') = (format IS NOT NULL))
);
CREATE INDEX eslip_handouts_numbers ON eslip_handouts USING gist (numbers);
CREATE INDEX eslip_handouts_archive ON eslip_handouts (archive_number) WHERE archive_number IS NOT NULL;
CREATE INDEX eslip_handouts_actor ON eslip_handouts (actor_id, began_at);

-- Of the pulls noted so far only those that left nothing out say which slips they gave: no filter, and a key without limits.
INSERT INTO eslip_handouts (id, kind, actor_id, actor_name, numbers, count, began_at, last_at)
  SELECT p.id, 'pulled', p.actor_id, p.actor_name, int8multirange(int8range(p.from_seq, p.to_seq, '(]')), p.count, p.began_at,
    p.last_at
  FROM eslip_pulls p JOIN api_keys k ON k.id = p.actor_id
  WHERE p.filter = '{}' AND p.from_seq < p.to_seq AND k.visibility ->> 'kind' = 'all';
DROP TABLE eslip_pulls;

-- What webhooks have delivered and is still kept.
INSERT INTO eslip_handouts (id, kind, actor_id, actor_name, numbers, count, began_at, last_at)
  SELECT m.id, 'notified', e.id, e.name,
    (SELECT range_agg(int8range((slip ->> 'seq')::bigint, (slip ->> 'seq')::bigint, '[]'))
      FROM json_array_elements(m.body::json -> 'data' -> 'eslips') AS slip),
    m.events, m.settled_at, m.settled_at
  FROM webhook_messages m JOIN webhook_endpoints e ON e.id = m.endpoint_id
  WHERE m.type = 'eslip.created' AND m.state = 'delivered' AND m.events > 0;

-- A webhook reads on as the pull does: what it has had of the archives, and of the one after those.
ALTER TABLE webhook_cursors ADD COLUMN archive int NOT NULL DEFAULT 0;
ALTER TABLE webhook_cursors ADD COLUMN archive_row int NOT NULL DEFAULT 0;
