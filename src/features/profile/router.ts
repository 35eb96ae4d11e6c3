import { mutationOf, queryOf, router } from '../../trpc/procedures'
import { applyAssignment, previewAssignment } from './assignments/assign'
import { listAssignments } from './assignments/list'
import { AssignmentPage, AssignmentReport, ProfileHistoryPage, TerminalProfile } from './schemas'
import { getTerminalProfile, listProfileHistory } from './terminal-profile'

const tag = 'Profile'

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
  assignments: queryOf(listAssignments, {
    method: 'GET',
    path: '/profile/assignments',
    summary: 'To whom a rule is assigned',
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
