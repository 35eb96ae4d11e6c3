export { requireAllTerminals } from './service/change'
export { findAppVersion, findBefore } from './service/find'
export { appSubject, permissionChanges, versionSubject } from './view'
