export { newestSlipSeq, readCreatedSlips } from './created'
export { takeSlip } from './details'
export { pullCursorAfter } from './pull'
