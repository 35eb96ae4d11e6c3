-- The list of logs is read along the time they came by, and what its filters ask is in the index: a step of it looks at many
-- logs without their rows, which hold where the blocks lie.
CREATE INDEX ecr_logs_walk ON ecr_logs (id) INCLUDE (terminal_id, received_at, from_at, to_at, size_bytes, card_numbers)
  WHERE state = 'kept';
DROP INDEX ecr_logs_kept;
-- Few logs have card numbers cut out of them, and those are what is asked for.
CREATE INDEX ecr_logs_cards ON ecr_logs (id) INCLUDE (terminal_id, received_at, from_at, to_at, size_bytes, card_numbers)
  WHERE state = 'kept' AND card_numbers > 0;
CREATE INDEX ecr_logs_of_terminal ON ecr_logs (terminal_id, id) INCLUDE (received_at, from_at, to_at, size_bytes, packed_bytes, card_numbers)
  WHERE state = 'kept';
DROP INDEX ecr_logs_terminal;
-- An index answers alone for pages that are known to be seen by all: the newest are asked most and must not wait for a fifth of
-- the table to change.
ALTER TABLE ecr_logs SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01);
