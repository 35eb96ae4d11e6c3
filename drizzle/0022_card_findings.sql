-- Where card numbers were cut out of what a terminal sent: a terminal that gives them away is a finding (PCI DSS 3.3, 3.5).
CREATE TABLE card_findings (
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  source      text NOT NULL CHECK (source IN ('ecr-log', 'slip', 'pos-log', 'message')),
  -- Numbers that were cut; of slips, slips that had some.
  count       bigint NOT NULL CHECK (count > 0),
  first_at    timestamptz NOT NULL,
  last_at     timestamptz NOT NULL,
  PRIMARY KEY (terminal_id, source)
);

-- What was found in several things at once: [{t, source, count, at}], together with whatever the caller commits.
CREATE FUNCTION psm_record_card_findings(found jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO card_findings (terminal_id, source, count, first_at, last_at)
  SELECT t, x.source, sum(x.count), min(at), max(at)
  FROM jsonb_to_recordset(found) AS x(t uuid, source text, count bigint, at timestamptz)
  WHERE EXISTS (SELECT FROM terminals WHERE terminals.id = t)
  GROUP BY t, x.source ORDER BY t, x.source
  ON CONFLICT (terminal_id, source) DO UPDATE SET
    count = card_findings.count + excluded.count,
    first_at = least(card_findings.first_at, excluded.first_at),
    last_at = greatest(card_findings.last_at, excluded.last_at)
$$;
