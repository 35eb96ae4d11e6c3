import { z } from 'zod'
import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { countKeyLoads, getKeyLoad, keyHistory, listKeyFiles, listKeyLoads } from './find'
import { allowKeys, approveKeys, revokeKeys } from './officer'
import { listKeyBatches } from './report'
import {
  ApprovedKeys,
  KeyBatchPage,
  KeyCountsView,
  KeyFilePage,
  KeyHistoryPage,
  KeyLoadPage,
  KeyLoadView,
} from './schemas'

const tag = 'Keys'

/** The keys of terminals as operators and key officers see and steer them. */
export const keyLoadsRouter = router({
  list: queryOf(listKeyLoads, {
    method: 'GET',
    path: '/key-loads',
    summary: 'Terminals by the state of their keys',
    tag,
    output: KeyLoadPage,
  }),
  counts: queryOf(countKeyLoads, {
    method: 'GET',
    path: '/key-loads/counts',
    summary: 'How many terminals are at what',
    tag,
    output: KeyCountsView,
  }),
  get: queryOf(getKeyLoad, {
    method: 'GET',
    path: '/key-loads/{terminalId}',
    summary: 'The keys of one terminal',
    tag,
    output: KeyLoadView,
  }),
  files: queryOf(listKeyFiles, {
    method: 'GET',
    path: '/key-loads/{terminalId}/files',
    summary: 'The key files of one terminal, without bytes',
    tag,
    output: KeyFilePage,
  }),
  history: queryOf(keyHistory, {
    method: 'GET',
    path: '/key-loads/{terminalId}/history',
    summary: 'Every step of the keys of one terminal',
    tag,
    output: KeyHistoryPage,
  }),
  batches: queryOf(listKeyBatches, {
    method: 'GET',
    path: '/key-batches',
    summary: 'Batches of key files, reconciled',
    tag,
    output: KeyBatchPage,
  }),
  approve: mutationOf(approveKeys, {
    method: 'POST',
    path: '/key-files/approve',
    summary: 'Let key files go to their terminals',
    tag,
    output: ApprovedKeys,
  }),
  revoke: mutationOf(revokeKeys, {
    method: 'POST',
    path: '/key-files/{fileId}/revoke',
    summary: 'End a key file and destroy its bytes',
    tag,
    output: z.object({ fileId: z.uuid() }),
  }),
  allow: mutationOf(allowKeys, {
    method: 'POST',
    path: '/key-loads/{terminalId}/allow',
    summary: 'Let a terminal have keys again after failures',
    tag,
    output: z.object({ terminalId: z.uuid() }),
  }),
})
