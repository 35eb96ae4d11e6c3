export { createPackage } from './service/create'
export { findFileBlob, type LoadedPackage, listPackages, loadPackages } from './service/find'
