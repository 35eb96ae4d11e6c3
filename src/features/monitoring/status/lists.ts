export const CONNECTIVITY = ['online', 'late', 'lost', 'never'] as const
export type Connectivity = (typeof CONNECTIVITY)[number]

/** Longest silence that can be asked for. */
export const SILENT_HOURS_MAX = 87_600
