export { findStoredFile } from './service/find'
export { lockStoredFiles } from './service/lock'
export { releaseFiles, shareFiles } from './service/share'
export { type StoredFile, storeFile } from './service/store'
