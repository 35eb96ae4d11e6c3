/** What a line of a set wants of an application: a version of its own, the newest that was uploaded, or that it is not there. */
export const WANTS = ['version', 'newest', 'absent'] as const
export type Want = (typeof WANTS)[number]
