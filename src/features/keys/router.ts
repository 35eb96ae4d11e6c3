import { queryOf, router } from '../../trpc/procedures'
import { listDeposits, listTerminalDeposits } from './deposits/find'
import { DepositPage, TerminalDeposits } from './deposits/schemas'

export { keyLoadsRouter } from './loads/router'

const tag = 'Keys'

/** What key systems are told of their deposits. The deposits themselves are bytes: integrator.ts. */
export const keysRouter = router({
  deposits: queryOf(listDeposits, {
    method: 'GET',
    path: '/keys',
    summary: 'What became of deposited key files: of the own ones, or with `keys:read` of all',
    tag,
    output: DepositPage,
  }),
  depositsOf: queryOf(listTerminalDeposits, {
    method: 'GET',
    path: '/keys/{serial}',
    summary: 'The same for one terminal, newest first, and whether it asks for keys',
    tag,
    output: TerminalDeposits,
  }),
})
