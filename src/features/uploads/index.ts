export { UPLOAD_PURPOSES } from './schemas'
export { finishUpload, type OpenedUpload, openUpload } from './service/open'
