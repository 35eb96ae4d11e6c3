import { ACTION_STATES } from '../../actions/lists'

export const CONNECTIVITY = ['online', 'late', 'lost', 'never'] as const
export type Connectivity = (typeof CONNECTIVITY)[number]

/** Longest silence that can be asked for. */
export const SILENT_HOURS_MAX = 87_600

/** A licence is expiring from so many days before its end. */
export const EXPIRING_DAYS = 30
/** How a terminal stands with its licences; of several that hold, the last of these. */
export const LICENSE_STATES = ['held', 'expiring', 'expired', 'waiting', 'none'] as const
export type LicenseState = (typeof LICENSE_STATES)[number]

/** How the latest update of a terminal stands; `none`: it was never offered one. */
export const UPDATE_STATES = [...ACTION_STATES, 'none'] as const
export type UpdateState = (typeof UPDATE_STATES)[number]

/** What a terminal's status may leave open. */
export const UNREPORTED = ['model', 'os', 'application', 'networkType', 'networkOperator'] as const
export type Unreported = (typeof UNREPORTED)[number]
