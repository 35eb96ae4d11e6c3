export { finishUpload, type OpenedUpload, openUpload } from './service/open'
