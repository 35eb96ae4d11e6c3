-- Help desks and auditors have roles of their own.
ALTER TABLE operators DROP CONSTRAINT operators_role_check;
ALTER TABLE operators ADD CONSTRAINT operators_role_check
  CHECK (role IN ('admin', 'operator', 'support', 'key-officer', 'auditor', 'viewer'));
