/**
 * What an upload would come to. `new_application`, `new_version`; `same_version`: these very bytes are there;
 * `version_exists`: other bytes have this version code; `signer_differs`: another signer made the versions before.
 */
export const INTAKE_OUTCOMES = [
  'new_application',
  'new_version',
  'same_version',
  'version_exists',
  'signer_differs',
] as const
export type IntakeOutcome = (typeof INTAKE_OUTCOMES)[number]
