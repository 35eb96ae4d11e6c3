export { newestSlipSeq, readCreatedSlips } from './created'
export { getSlip } from './details'
export { pullCursorAfter } from './pull'
