import type { KeyRuleCode } from './lists'

/** What is done with a key of a usage in a terminal's bundle: taken, taken with a warning, or refused for a reason. */
type InTerminal = 'taken' | 'unusual' | Extract<KeyRuleCode, `usage_${string}`>

export interface UsageRule {
  /** As letters of the header; upper case. */
  algorithms: string
  modes: string
  inTerminal: InTerminal
  /** The mode a terminal needs and no more; others allowed are warned about. */
  preferred?: string
}

const rule = (algorithms: string, modes: string, inTerminal: InTerminal = 'taken', preferred?: string) => ({
  algorithms,
  modes,
  inTerminal,
  ...(preferred !== undefined && { preferred }),
})

const ISSUER = 'usage_issuer_key'
const ASYMMETRIC = 'usage_asymmetric'

/**
 * Usages with the algorithms and modes they allow (ANSI X9.143:2021, tables 2, 3 and 4; ISO 20038:2017 for K4), and what
 * a terminal may be given: keys of hosts and issuers in a file for a terminal are an incident, key pairs have no place
 * there without a profile of their own.
 */
export const USAGES: Readonly<Record<string, UsageRule>> = {
  B0: rule('TA', 'XN', 'usage_base_derivation_key'),
  B1: rule('TA', 'XN'),
  B2: rule('TA', 'XN', 'unusual'),
  B3: rule('TA', 'XN', 'unusual'),
  C0: rule('TA', 'CGVN', ISSUER),
  D0: rule('TA', 'BDEN', 'taken', 'E'),
  D1: rule('RE', 'BDEN', ASYMMETRIC),
  D2: rule('TA', 'BDEN', 'unusual'),
  D3: rule('TA', 'BDEN'),
  E0: rule('TA', 'XN', ISSUER),
  E1: rule('TA', 'XN', ISSUER),
  E2: rule('TA', 'XN', ISSUER),
  E3: rule('TA', 'XN', ISSUER),
  E4: rule('TA', 'XN', ISSUER),
  E5: rule('TA', 'XN', ISSUER),
  E6: rule('TA', 'XN', ISSUER),
  E7: rule('RE', 'BDEN', ISSUER),
  I0: rule('TA', 'N', 'unusual'),
  K0: rule('TA', 'BDEN', 'taken', 'D'),
  K1: rule('TA', 'BDEN', 'taken', 'D'),
  K2: rule('RE', 'BDEXN', ASYMMETRIC),
  K3: rule('RE', 'BDEXN', ASYMMETRIC),
  K4: rule('TA', 'BDEN', 'taken', 'D'),
  M0: rule('T', 'CGVN'),
  M1: rule('TD', 'CGVN'),
  M2: rule('TD', 'CGVN', 'unusual'),
  M3: rule('TD', 'CGVN'),
  M4: rule('TD', 'CGVN', 'unusual'),
  M5: rule('TD', 'CGVN', 'unusual'),
  M6: rule('TA', 'CGVN'),
  M7: rule('HIJ', 'CGVN'),
  M8: rule('TD', 'CGVN', 'unusual'),
  P0: rule('TA', 'BDEN'),
  P1: rule('TA', 'GN', 'usage_host_key'),
  S0: rule('RES', 'SVN', ASYMMETRIC),
  S1: rule('RES', 'SVN', ASYMMETRIC),
  S2: rule('RES', 'SVTBDEXN', ASYMMETRIC),
  V0: rule('TA', 'CGVN', ISSUER),
  V1: rule('TA', 'CGVN', ISSUER),
  V2: rule('TA', 'CGVN', ISSUER),
  V3: rule('TA', 'CGVN', ISSUER),
  V4: rule('TA', 'CGVN', ISSUER),
  V5: rule('TA', 'CGVN', ISSUER),
}
