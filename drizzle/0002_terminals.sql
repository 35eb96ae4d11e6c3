-- Who a terminal is: the registry, its TIDs, groups, merchants, enrolment codes and the hashed secrets of all callers.

CREATE TABLE merchants (
  id          uuid PRIMARY KEY,
  name        text NOT NULL,
  external_id text UNIQUE,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX merchants_name ON merchants (lower(name) COLLATE "C" text_pattern_ops, id);

CREATE TABLE terminal_groups (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  notes      text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX terminal_groups_name ON terminal_groups (lower(name));

CREATE TABLE terminals (
  id                        uuid PRIMARY KEY,
  serial                    text NOT NULL COLLATE "C",
  platform                  text NOT NULL,
  model                     text NOT NULL DEFAULT '',
  state                     text NOT NULL DEFAULT 'expected'
                            CHECK (state IN ('expected', 'active', 'suspended', 'retired', 'revoked')),
  merchant_id               uuid REFERENCES merchants ON DELETE SET NULL,
  address                   text NOT NULL DEFAULT '',
  notes                     text NOT NULL DEFAULT '',
  check_in_interval_seconds int CHECK (check_in_interval_seconds BETWEEN 10 AND 604800),
  registered_at             timestamptz NOT NULL DEFAULT now(),
  enrolled_at               timestamptz,
  -- Set while an operator allows a live terminal to enrol anew.
  reopened_at               timestamptz,
  updated_at                timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX terminals_serial ON terminals (serial);
CREATE INDEX terminals_merchant ON terminals (merchant_id, id) WHERE merchant_id IS NOT NULL;
CREATE INDEX terminals_platform ON terminals (platform, serial);
CREATE INDEX terminals_state ON terminals (state, serial);

-- One row per acquirer. `is_live` follows the terminal's state, so that a retired terminal frees its TIDs.
CREATE TABLE terminal_tids (
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  acquirer    text NOT NULL DEFAULT '' COLLATE "C",
  tid         text NOT NULL COLLATE "C",
  mid         text NOT NULL DEFAULT '' COLLATE "C",
  is_live     boolean NOT NULL DEFAULT true,
  PRIMARY KEY (terminal_id, acquirer)
);
CREATE UNIQUE INDEX terminal_tids_live ON terminal_tids (acquirer, tid) WHERE is_live;
CREATE INDEX terminal_tids_tid ON terminal_tids (tid text_pattern_ops, terminal_id);
CREATE INDEX terminal_tids_mid ON terminal_tids (mid text_pattern_ops, terminal_id) WHERE mid <> '';

CREATE TABLE terminal_group_members (
  group_id    uuid NOT NULL REFERENCES terminal_groups ON DELETE CASCADE,
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  PRIMARY KEY (group_id, terminal_id)
);
CREATE INDEX terminal_group_members_terminal ON terminal_group_members (terminal_id, group_id);

-- A code opens enrolment for the serials listed with it, once each.
CREATE TABLE enrollment_codes (
  id         uuid PRIMARY KEY,
  code_hash  bytea NOT NULL UNIQUE,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE TABLE enrollment_code_terminals (
  code_id     uuid NOT NULL REFERENCES enrollment_codes ON DELETE CASCADE,
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  spent_at    timestamptz,
  PRIMARY KEY (code_id, terminal_id)
);
CREATE INDEX enrollment_code_terminals_terminal ON enrollment_code_terminals (terminal_id);

-- Secrets of terminals and API keys, as SHA-256 only. A pending secret becomes current when it is first used, and
-- ends what was current before: a lost answer never locks anybody out.
CREATE TABLE credentials (
  id            uuid PRIMARY KEY,
  subject_kind  text NOT NULL CHECK (subject_kind IN ('terminal', 'api_key')),
  subject_id    uuid NOT NULL,
  token_hash    bytea NOT NULL UNIQUE,
  state         text NOT NULL CHECK (state IN ('pending', 'current', 'ended')),
  origin        text NOT NULL CHECK (origin IN ('enrollment', 'rotation', 'creation')),
  origin_id     uuid,
  created_at    timestamptz NOT NULL DEFAULT now(),
  first_used_at timestamptz,
  expires_at    timestamptz,
  ended_at      timestamptz
);
CREATE UNIQUE INDEX credentials_current ON credentials (subject_kind, subject_id) WHERE state = 'current';
CREATE INDEX credentials_subject ON credentials (subject_kind, subject_id, state);
