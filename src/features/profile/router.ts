import { mutationOf, queryOf, router } from '../../trpc/procedures'
import { applyAssignment, previewAssignment } from './assignments/assign'
import { listAssignments } from './assignments/list'
import { applyConnection, previewConnection } from './connections/connect'
import {
  AssignmentPage,
  AssignmentReport,
  ConnectionReport,
  ProfileHistoryPage,
  TerminalProfile,
} from './schemas'
import { getSwap, listSwaps } from './swap/list'
import { previewSwap } from './swap/preview'
import { SwapPage, SwapPreview, SwapResult, SwapView } from './swap/schemas'
import { swapTerminals } from './swap/swap'
import { undoSwap } from './swap/undo'
import { getTerminalProfile, listProfileHistory } from './terminal-profile'

const tag = 'Profile'
const swapping = 'Swaps'

export const profileRouter = router({
  previewAssignment: queryOf(previewAssignment, {
    method: 'POST',
    path: '/profile/assignments/preview',
    summary: 'See what assigning a rule, or taking it away, would do',
    tag,
    output: AssignmentReport,
  }),
  applyAssignment: mutationOf(applyAssignment, {
    method: 'POST',
    path: '/profile/assignments',
    summary: 'Assign a rule to terminals, or take it away',
    tag,
    output: AssignmentReport,
  }),
  previewConnection: queryOf(previewConnection, {
    method: 'POST',
    path: '/profile/app-sets/preview',
    summary: 'See what connecting terminals to a set of applications would do',
    tag,
    output: ConnectionReport,
  }),
  applyConnection: mutationOf(applyConnection, {
    method: 'POST',
    path: '/profile/app-sets',
    summary: 'Connect terminals to a set of applications, or take theirs from them',
    tag,
    output: ConnectionReport,
  }),
  assignments: queryOf(listAssignments, {
    method: 'GET',
    path: '/profile/assignments',
    summary: 'To whom rules are assigned',
    tag,
    output: AssignmentPage,
  }),
  terminal: queryOf(getTerminalProfile, {
    method: 'GET',
    path: '/profile/terminals/{terminalId}',
    summary: 'What a terminal has by its place: settings and rules',
    tag,
    output: TerminalProfile,
  }),
  history: queryOf(listProfileHistory, {
    method: 'GET',
    path: '/profile/terminals/{terminalId}/history',
    summary: 'What was assigned to a terminal and its TIDs, and taken away',
    tag,
    output: ProfileHistoryPage,
  }),
})

export const swapsRouter = router({
  preview: queryOf(previewSwap, {
    method: 'POST',
    path: '/swaps/preview',
    summary: 'See what replacing a terminal by another would do',
    tag: swapping,
    output: SwapPreview,
  }),
  swap: mutationOf(swapTerminals, {
    method: 'POST',
    path: '/swaps',
    summary: 'Replace a broken terminal by another',
    tag: swapping,
    status: 201,
    output: SwapResult,
  }),
  undo: mutationOf(undoSwap, {
    method: 'POST',
    path: '/swaps/{swapId}/undo',
    summary: 'Take a swap back, within an hour',
    tag: swapping,
    output: SwapView,
  }),
  get: queryOf(getSwap, {
    method: 'GET',
    path: '/swaps/{swapId}',
    summary: 'Show a swap',
    tag: swapping,
    output: SwapView,
  }),
  list: queryOf(listSwaps, {
    method: 'GET',
    path: '/swaps',
    summary: 'What was swapped',
    tag: swapping,
    output: SwapPage,
  }),
})
