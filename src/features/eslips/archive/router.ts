import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { getArchiveFile, listArchiveFiles } from './files'
import { createHold, getHold, listHolds, releaseHold } from './holds'
import { ArchivePage, ArchiveView, HoldPage, HoldView, Verification } from './schemas'
import { verifyArchives } from './verify'

const tag = 'Slips'

export const eslipArchivesRouter = router({
  list: queryOf(listArchiveFiles, {
    method: 'GET',
    path: '/eslips/archives',
    summary: 'Files of archived slips, and what is in them',
    tag,
    output: ArchivePage,
  }),
  verify: queryOf(verifyArchives, {
    method: 'GET',
    path: '/eslips/archives/verification',
    summary: 'Verify the chain of archives and their files',
    tag,
    output: Verification,
  }),
  get: queryOf(getArchiveFile, {
    method: 'GET',
    path: '/eslips/archives/{number}',
    summary: 'A file of archived slips, and what is in it',
    tag,
    output: ArchiveView,
  }),
})

export const eslipHoldsRouter = router({
  list: queryOf(listHolds, {
    method: 'GET',
    path: '/eslips/holds',
    summary: 'What keeps archives from being deleted',
    tag,
    output: HoldPage,
  }),
  get: queryOf(getHold, {
    method: 'GET',
    path: '/eslips/holds/{holdId}',
    summary: 'Show a hold',
    tag,
    output: HoldView,
  }),
  create: mutationOf(createHold, {
    method: 'POST',
    path: '/eslips/holds',
    summary: 'Keep slips of a merchant or a period from being deleted',
    tag,
    status: 201,
    output: HoldView,
  }),
  release: mutationOf(releaseHold, {
    method: 'POST',
    path: '/eslips/holds/{holdId}/release',
    summary: 'Let go of what a hold keeps',
    tag,
    output: HoldView,
  }),
})
