export { newestPlace, noteTold, readCreatedSlips } from './created'
export { takeSlip } from './details'
export { pullCursorAfter } from './pull'
export type { Place } from './read-on'
