export { isManifestPath } from './manifest'
export { namePatterns } from './patterns'
export { licencePlanner } from './planner'
export { importLicences, type UploadedFile } from './service/bundle'
