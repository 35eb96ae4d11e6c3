import { mutationOf, ownMutationOf, ownQueryOf, queryOf, router } from '../../trpc/procedures'
import {
  AccountPerson,
  AccountView,
  ApiKeyPage,
  ApiKeyView,
  AppointmentPage,
  CreatedApiKey,
  OperatorPage,
  OperatorView,
  SessionPage,
  SessionRef,
} from './schemas'
import { endSession, getAccount, listSessions, updateAccount } from './service/account'
import { createApiKey, listApiKeys, revokeApiKey } from './service/api-keys'
import { confirmAppointment, listAppointments, withdrawAppointment } from './service/appointments'
import {
  createOperator,
  disableOperator,
  enableOperator,
  listOperators,
  resetOperatorPassword,
  resetTwoFactor,
  setOperatorRole,
  setOperatorVisibility,
  unlockOperator,
} from './service/people'

const people = 'Operators'
const keys = 'API keys'

export const operatorsRouter = router({
  list: queryOf(listOperators, {
    method: 'GET',
    path: '/operators',
    summary: 'List operators',
    tag: people,
    output: OperatorPage,
  }),
  create: mutationOf(createOperator, {
    method: 'POST',
    path: '/operators',
    summary: 'Make an operator',
    tag: people,
    status: 201,
    output: OperatorView,
  }),
  resetPassword: mutationOf(resetOperatorPassword, {
    method: 'POST',
    path: '/operators/{operatorId}/password',
    summary: 'Set a new password',
    tag: people,
    output: OperatorView,
  }),
  setRole: mutationOf(setOperatorRole, {
    method: 'PUT',
    path: '/operators/{operatorId}/role',
    summary: 'Change the role',
    tag: people,
    output: OperatorView,
  }),
  setVisibility: mutationOf(setOperatorVisibility, {
    method: 'PUT',
    path: '/operators/{operatorId}/visibility',
    summary: 'Change which terminals somebody sees',
    tag: people,
    output: OperatorView,
  }),
  disable: mutationOf(disableOperator, {
    method: 'POST',
    path: '/operators/{operatorId}/disable',
    summary: 'Close the account',
    tag: people,
    output: OperatorView,
  }),
  enable: mutationOf(enableOperator, {
    method: 'POST',
    path: '/operators/{operatorId}/enable',
    summary: 'Open the account again',
    tag: people,
    output: OperatorView,
  }),
  unlock: mutationOf(unlockOperator, {
    method: 'POST',
    path: '/operators/{operatorId}/unlock',
    summary: 'End a lock after failed sign-ins',
    tag: people,
    output: OperatorView,
  }),
  resetTwoFactor: mutationOf(resetTwoFactor, {
    method: 'POST',
    path: '/operators/{operatorId}/two-factor/reset',
    summary: 'Take away a lost second factor',
    tag: people,
    output: OperatorView,
  }),
})

/** Key officers are appointed by two: an administrator asks, an officer confirms. */
export const appointmentsRouter = router({
  list: queryOf(listAppointments, {
    method: 'GET',
    path: '/appointments',
    summary: 'List changes of key officers that wait to be confirmed',
    tag: people,
    output: AppointmentPage,
  }),
  confirm: mutationOf(confirmAppointment, {
    method: 'POST',
    path: '/appointments/{appointmentId}/confirm',
    summary: 'Confirm a change of a key officer',
    tag: people,
    output: OperatorView,
  }),
  withdraw: mutationOf(withdrawAppointment, {
    method: 'POST',
    path: '/appointments/{appointmentId}/withdraw',
    summary: 'Withdraw a change of a key officer',
    tag: people,
    output: OperatorView,
  }),
})

/** The own account: for people, by tRPC alone. */
export const accountRouter = router({
  get: ownQueryOf(getAccount, AccountView),
  update: ownMutationOf(updateAccount, AccountPerson),
  sessions: ownQueryOf(listSessions, SessionPage),
  endSession: ownMutationOf(endSession, SessionRef),
})

export const apiKeysRouter = router({
  list: queryOf(listApiKeys, {
    method: 'GET',
    path: '/api-keys',
    summary: 'List API keys',
    tag: keys,
    output: ApiKeyPage,
  }),
  create: mutationOf(createApiKey, {
    method: 'POST',
    path: '/api-keys',
    summary: 'Make an API key',
    tag: keys,
    status: 201,
    output: CreatedApiKey,
  }),
  revoke: mutationOf(revokeApiKey, {
    method: 'POST',
    path: '/api-keys/{apiKeyId}/revoke',
    summary: 'End an API key',
    tag: keys,
    output: ApiKeyView,
  }),
})
