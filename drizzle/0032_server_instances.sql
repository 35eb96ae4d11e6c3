-- Which servers run on this database: each tells of itself on a beat, and takes its row away when it stops.
CREATE TABLE server_instances (
  id         uuid PRIMARY KEY,
  host       text NOT NULL,
  version    text NOT NULL,
  runtime    text NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL
);
