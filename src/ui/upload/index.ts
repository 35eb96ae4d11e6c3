export { createUploads, waitForNetwork } from './create-uploads'
export { DropZone } from './drop-zone'
export type { Upload, Uploads } from './queue'
export { UploadList } from './upload-list'
