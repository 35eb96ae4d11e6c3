export { createUploads, waitForNetwork } from './create-uploads'
export { DropZone, type DropZoneProps } from './drop-zone'
export type { Upload, UploadState, Uploads } from './queue'
export { UploadList, type UploadListProps } from './upload-list'
