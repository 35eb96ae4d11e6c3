export { createAppVersion } from './service/create'
