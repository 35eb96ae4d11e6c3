import { queryOf, router } from '../../../trpc/procedures'
import { AppsTally, ConnectionHistoryPage, SetTerminalPage, TerminalApps } from '../sets/schemas'
import { listSetTerminals, setProgress } from './set-terminals'
import { getTerminalApps, listConnectionHistory } from './terminal-apps'

const tag = 'Application sets'

export const terminalAppsRouter = router({
  get: queryOf(getTerminalApps, {
    method: 'GET',
    path: '/terminals/{terminalId}/apps',
    summary: 'What applications a terminal has, what its set wants, and what comes of it',
    tag,
    output: TerminalApps,
  }),
  history: queryOf(listConnectionHistory, {
    method: 'GET',
    path: '/terminals/{terminalId}/app-sets',
    summary: 'Which sets a terminal has had',
    tag,
    output: ConnectionHistoryPage,
  }),
  ofSet: queryOf(listSetTerminals, {
    method: 'GET',
    path: '/app-sets/{setId}/terminals',
    summary: 'The terminals of a set, and what it comes to for each',
    tag,
    output: SetTerminalPage,
  }),
  progress: queryOf(setProgress, {
    method: 'GET',
    path: '/app-sets/{setId}/progress',
    summary: 'How far the terminals of a set are, in numbers',
    tag,
    output: AppsTally,
  }),
})
