export { createPackage } from './service/create'
export { type LoadedPackage, listPackages, loadPackages } from './service/find'
