import { z } from 'zod'
import { pageOf } from '../../core/paging'
import { mutationOf, queryOf, router } from '../../trpc/procedures'
import {
  GroupPage,
  GroupView,
  IssuedCode,
  MerchantPage,
  MerchantView,
  TerminalDetails,
  TerminalPage,
  TerminalView,
} from './schemas'
import {
  CodeView,
  getEnrollmentCode,
  issueEnrollmentCode,
  listEnrollmentCodes,
  revokeEnrollmentCode,
} from './service/codes'
import { getTerminal, listTerminals } from './service/find'
import {
  applyTerminalImport,
  previewTerminalImport,
  TerminalImportReport,
  TerminalImportResult,
} from './service/import'
import {
  createGroup,
  createMerchant,
  deleteGroup,
  deleteMerchant,
  getGroup,
  getMerchant,
  listGroups,
  listMerchants,
  updateGroup,
  updateMerchant,
} from './service/places'
import { registerTerminal, updateTerminal } from './service/register'
import {
  reopenTerminal,
  resumeTerminal,
  retireTerminal,
  revokeTerminal,
  suspendTerminal,
} from './service/states'

const tag = 'Terminals'
const codes = 'Enrolment codes'
const groups = 'Groups'
const merchants = 'Merchants'
const LeftOver = z.object({ terminals: z.number().int().describe('How many terminals it was taken from.') })

export const terminalsRouter = router({
  list: queryOf(listTerminals, {
    method: 'GET',
    path: '/terminals',
    summary: 'List terminals',
    tag,
    output: TerminalPage,
  }),
  get: queryOf(getTerminal, {
    method: 'GET',
    path: '/terminals/{terminalId}',
    summary: 'Show a terminal',
    tag,
    output: TerminalDetails,
  }),
  register: mutationOf(registerTerminal, {
    method: 'POST',
    path: '/terminals',
    summary: 'Register a terminal',
    tag,
    status: 201,
    output: TerminalView,
  }),
  update: mutationOf(updateTerminal, {
    method: 'PATCH',
    path: '/terminals/{terminalId}',
    summary: 'Change registered facts',
    tag,
    output: TerminalView,
  }),
  suspend: mutationOf(suspendTerminal, {
    method: 'POST',
    path: '/terminals/{terminalId}/suspend',
    summary: 'Suspend',
    tag,
    output: TerminalView,
  }),
  resume: mutationOf(resumeTerminal, {
    method: 'POST',
    path: '/terminals/{terminalId}/resume',
    summary: 'Resume a suspended terminal',
    tag,
    output: TerminalView,
  }),
  retire: mutationOf(retireTerminal, {
    method: 'POST',
    path: '/terminals/{terminalId}/retire',
    summary: 'Take out of service',
    tag,
    output: TerminalView,
  }),
  revoke: mutationOf(revokeTerminal, {
    method: 'POST',
    path: '/terminals/{terminalId}/revoke',
    summary: 'Lost or stolen: end its secrets',
    tag,
    output: TerminalView,
  }),
  reopen: mutationOf(reopenTerminal, {
    method: 'POST',
    path: '/terminals/{terminalId}/reopen',
    summary: 'Allow a new enrolment',
    tag,
    output: TerminalView,
  }),
  previewImport: queryOf(previewTerminalImport, {
    method: 'POST',
    path: '/terminals/import/preview',
    summary: 'See what a CSV would do, row by row',
    tag,
    output: TerminalImportReport,
  }),
  applyImport: mutationOf(applyTerminalImport, {
    method: 'POST',
    path: '/terminals/import',
    summary: 'Register the terminals of a CSV',
    tag,
    output: TerminalImportResult,
  }),
})

export const enrollmentCodesRouter = router({
  list: queryOf(listEnrollmentCodes, {
    method: 'GET',
    path: '/enrollment-codes',
    summary: 'List enrolment codes',
    tag: codes,
    output: pageOf(CodeView),
  }),
  get: queryOf(getEnrollmentCode, {
    method: 'GET',
    path: '/enrollment-codes/{codeId}',
    summary: 'Show what an enrolment code is for',
    tag: codes,
    output: CodeView,
  }),
  issue: mutationOf(issueEnrollmentCode, {
    method: 'POST',
    path: '/enrollment-codes',
    summary: 'Make an enrolment code for one or many serial numbers',
    tag: codes,
    status: 201,
    output: IssuedCode,
  }),
  revoke: mutationOf(revokeEnrollmentCode, {
    method: 'POST',
    path: '/enrollment-codes/{codeId}/revoke',
    summary: 'End an enrolment code',
    tag: codes,
    output: z.object({ codeId: z.uuid() }),
  }),
})

export const groupsRouter = router({
  list: queryOf(listGroups, {
    method: 'GET',
    path: '/groups',
    summary: 'List groups',
    tag: groups,
    output: GroupPage,
  }),
  get: queryOf(getGroup, {
    method: 'GET',
    path: '/groups/{groupId}',
    summary: 'Show a group',
    tag: groups,
    output: GroupView,
  }),
  create: mutationOf(createGroup, {
    method: 'POST',
    path: '/groups',
    summary: 'Make a group',
    tag: groups,
    status: 201,
    output: GroupView,
  }),
  update: mutationOf(updateGroup, {
    method: 'PATCH',
    path: '/groups/{groupId}',
    summary: 'Change a group',
    tag: groups,
    output: GroupView,
  }),
  delete: mutationOf(deleteGroup, {
    method: 'DELETE',
    path: '/groups/{groupId}',
    summary: 'Delete a group; its terminals stay',
    tag: groups,
    output: LeftOver,
  }),
})

export const merchantsRouter = router({
  list: queryOf(listMerchants, {
    method: 'GET',
    path: '/merchants',
    summary: 'List merchants',
    tag: merchants,
    output: MerchantPage,
  }),
  get: queryOf(getMerchant, {
    method: 'GET',
    path: '/merchants/{merchantId}',
    summary: 'Show a merchant',
    tag: merchants,
    output: MerchantView,
  }),
  create: mutationOf(createMerchant, {
    method: 'POST',
    path: '/merchants',
    summary: 'Add a merchant',
    tag: merchants,
    status: 201,
    output: MerchantView,
  }),
  update: mutationOf(updateMerchant, {
    method: 'PATCH',
    path: '/merchants/{merchantId}',
    summary: 'Change a merchant',
    tag: merchants,
    output: MerchantView,
  }),
  delete: mutationOf(deleteMerchant, {
    method: 'DELETE',
    path: '/merchants/{merchantId}',
    summary: 'Remove a merchant; its terminals stay',
    tag: merchants,
    output: LeftOver,
  }),
})
