-- People and programs that may call. Passwords lie apart from the people, as the sign-in library wants them.
CREATE TABLE operators (
  id             uuid PRIMARY KEY,
  username       text NOT NULL,
  name           text NOT NULL,
  email          text NOT NULL,
  email_verified boolean NOT NULL DEFAULT false,
  image          text,
  role           text NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
  state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  visibility     jsonb NOT NULL DEFAULT '{"kind": "all"}',
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX operators_username ON operators (lower(username));
CREATE UNIQUE INDEX operators_email ON operators (lower(email));

CREATE TABLE operator_accounts (
  id          uuid PRIMARY KEY,
  operator_id uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
  provider_id text NOT NULL,
  account_id  text NOT NULL,
  password    text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);

CREATE TABLE api_keys (
  id           uuid PRIMARY KEY,
  name         text NOT NULL,
  scopes       text[] NOT NULL,
  visibility   jsonb NOT NULL DEFAULT '{"kind": "all"}',
  created_by   text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz
);
