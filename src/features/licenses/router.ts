import { z } from 'zod'
import { mutationOf, queryOf, router } from '../../trpc/procedures'
import {
  LicenceCalendar,
  LicenceDetails,
  LicencePage,
  LicencePreview,
  LicenceView,
  NumberPage,
  RestoreReport,
  UploadImportReport,
} from './schemas'
import { licenceCalendar } from './service/calendar'
import { getLicence, listLicences, previewLicence } from './service/find'
import { searchNumbers } from './service/numbers'
import { deleteLicences, restoreLicences, undoDeleteLicence } from './service/remove'
import { importUpload } from './service/upload'

const tag = 'Licences'

export const licensesRouter = router({
  list: queryOf(listLicences, {
    method: 'GET',
    path: '/licenses',
    summary: 'List licences',
    tag,
    output: LicencePage,
  }),
  get: queryOf(getLicence, {
    method: 'GET',
    path: '/licenses/{licenseId}',
    summary: 'Show a licence, its deliveries and what it replaced',
    tag,
    output: LicenceDetails,
  }),
  preview: queryOf(previewLicence, {
    method: 'GET',
    path: '/licenses/{licenseId}/preview',
    summary: 'See the beginning of the file',
    tag,
    output: LicencePreview,
  }),
  delete: mutationOf(deleteLicences, {
    method: 'POST',
    path: '/licenses/delete',
    summary: 'Delete licences; they can be taken back',
    tag,
    output: z.object({ deleted: z.array(z.uuid()) }),
  }),
  undoDelete: mutationOf(undoDeleteLicence, {
    method: 'POST',
    path: '/licenses/{licenseId}/undelete',
    summary: 'Take a deleted licence back',
    tag,
    output: LicenceView,
  }),
  restore: mutationOf(restoreLicences, {
    method: 'POST',
    path: '/licenses/restore',
    summary: 'Take deleted licences back, each with its result',
    tag,
    output: RestoreReport,
  }),
  importUpload: mutationOf(importUpload, {
    method: 'POST',
    path: '/licenses/import/upload',
    summary: 'Import an uploaded file or ZIP, window by window',
    tag,
    output: UploadImportReport,
  }),
  calendar: queryOf(licenceCalendar, {
    method: 'GET',
    path: '/licenses/calendar',
    summary: 'How many current licences end in which month',
    tag,
    output: LicenceCalendar,
  }),
  numbers: queryOf(searchNumbers, {
    method: 'GET',
    path: '/numbers',
    summary: 'Terminals by their licences',
    tag,
    output: NumberPage,
  }),
})
