-- Who is told of alerts by mail. A look writes events and nothing else; what a person has not been told of yet waits here, alert by
-- alert, so that one mail tells of all of it, however long a mail server was away.

CREATE TABLE alert_recipients (
  id             uuid PRIMARY KEY,
  address        text NOT NULL,
  language       text NOT NULL CHECK (language IN ('en', 'ru')),
  -- Not before: mails keep a distance, and a refused one is tried again later.
  next_mail_at   timestamptz NOT NULL,
  -- Refused in a row, of this address alone.
  attempts       int NOT NULL DEFAULT 0,
  failing_since  timestamptz,
  last_error     text,
  last_answer    text,
  last_mailed_at timestamptz,
  created_by     text NOT NULL,
  created_at     timestamptz NOT NULL,
  CHECK (failing_since IS NULL OR last_error IS NOT NULL)
);
CREATE UNIQUE INDEX alert_recipients_address ON alert_recipients (lower(address));

ALTER TABLE alert_rules ADD COLUMN recipient_ids uuid[] NOT NULL DEFAULT '{}';

CREATE TABLE alert_mail_items (
  recipient_id uuid NOT NULL REFERENCES alert_recipients ON DELETE CASCADE,
  -- Of alert_events.
  seq          bigint NOT NULL,
  alert_id     uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
  what         text NOT NULL CHECK (what IN ('raised', 'grew', 'cleared')),
  at           timestamptz NOT NULL,
  -- Of an alert that has cleared: when it cannot come back as the same one any more.
  due_at       timestamptz NOT NULL,
  PRIMARY KEY (recipient_id, seq)
);
CREATE INDEX alert_mail_items_due ON alert_mail_items (recipient_id, due_at);
CREATE INDEX alert_mail_items_alert ON alert_mail_items (alert_id);

-- One row: how far events were read for mails, and how the mail server is doing.
CREATE TABLE alert_mail_state (
  id              int PRIMARY KEY CHECK (id = 1),
  read_seq        bigint NOT NULL,
  attempts        int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  failing_since   timestamptz,
  last_error      text,
  last_answer     text,
  sent_count      bigint NOT NULL DEFAULT 0,
  failed_count    bigint NOT NULL DEFAULT 0,
  given_up_count  bigint NOT NULL DEFAULT 0
);
INSERT INTO alert_mail_state (id, read_seq) SELECT 1, coalesce(max(seq), 0) FROM alert_events;

-- The mail server itself, or an address that it refuses, may be what is wrong.
ALTER TABLE alerts DROP CONSTRAINT alerts_subject_kind_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_subject_kind_check
  CHECK (subject_kind IN ('terminal', 'terminals', 'rollout', 'job', 'webhook', 'api-key', 'mail'));
