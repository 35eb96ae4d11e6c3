import { mutationOf, queryOf, router } from '../../trpc/procedures'
import { UploadPage, UploadRef, UploadSummary, UploadView } from './schemas'
import { createUpload, discardUpload, getUpload, listUploads } from './service/announce'

const tag = 'Uploads'

export const uploadsRouter = router({
  list: queryOf(listUploads, {
    method: 'GET',
    path: '/uploads',
    summary: 'List your open uploads',
    tag,
    output: UploadPage,
  }),
  create: mutationOf(createUpload, {
    method: 'POST',
    path: '/uploads',
    summary: 'Announce a file that will come in parts',
    tag,
    status: 201,
    output: UploadSummary,
  }),
  get: queryOf(getUpload, {
    method: 'GET',
    path: '/uploads/{uploadId}',
    summary: 'See which parts are here',
    tag,
    output: UploadView,
  }),
  discard: mutationOf(discardUpload, {
    method: 'DELETE',
    path: '/uploads/{uploadId}',
    summary: 'Give an upload up',
    tag,
    output: UploadRef,
  }),
})
