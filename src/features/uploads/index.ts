export { createUpload } from './service/announce'
export { finishUpload, type OpenedUpload, openUpload } from './service/open'
export { receivePart } from './service/parts'
