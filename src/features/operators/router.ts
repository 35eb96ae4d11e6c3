import { mutationOf, ownMutationOf, ownQueryOf, queryOf, router } from '../../trpc/procedures'
import {
  AccountPerson,
  AccountView,
  ApiKeyPage,
  ApiKeyView,
  CreatedApiKey,
  DisabledOperator,
  ListedOperator,
  MadeView,
  OperatorPage,
  OperatorView,
  RoleList,
  RotatedApiKey,
  SessionPage,
  SessionRef,
} from './schemas'
import { endSession, getAccount, listSessions, updateAccount } from './service/account'
import { getApiKey, listApiKeys } from './service/api-key-views'
import { createApiKey, revokeApiKey, rotateApiKey, updateApiKey } from './service/api-keys'
import { getMade } from './service/made'
import {
  createOperator,
  disableOperator,
  enableOperator,
  getOperator,
  listOperators,
  resetOperatorPassword,
  resetTwoFactor,
  setOperatorRole,
  setOperatorVisibility,
  unlockOperator,
} from './service/people'
import { listRoles } from './service/roles'

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
  get: queryOf(getOperator, {
    method: 'GET',
    path: '/operators/{operatorId}',
    summary: 'Show an operator',
    tag: people,
    output: ListedOperator,
  }),
  made: queryOf(getMade, {
    method: 'GET',
    path: '/operators/{operatorId}/made',
    summary: 'API keys and webhooks that an operator has made and that go on working',
    tag: people,
    output: MadeView,
  }),
  roles: queryOf(listRoles, {
    method: 'GET',
    path: '/roles',
    summary: 'List the roles and what each may do',
    tag: people,
    output: RoleList,
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
    summary: 'Close the account; tells the API keys and webhooks of theirs that go on working',
    tag: people,
    output: DisabledOperator,
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
  get: queryOf(getApiKey, {
    method: 'GET',
    path: '/api-keys/{apiKeyId}',
    summary: 'Show an API key',
    tag: keys,
    output: ApiKeyView,
  }),
  update: mutationOf(updateApiKey, {
    method: 'PATCH',
    path: '/api-keys/{apiKeyId}',
    summary: 'Change an API key',
    tag: keys,
    output: ApiKeyView,
  }),
  rotate: mutationOf(rotateApiKey, {
    method: 'POST',
    path: '/api-keys/{apiKeyId}/rotate',
    summary: 'Give an API key a new secret',
    tag: keys,
    status: 201,
    output: RotatedApiKey,
  }),
  revoke: mutationOf(revokeApiKey, {
    method: 'POST',
    path: '/api-keys/{apiKeyId}/revoke',
    summary: 'End an API key',
    tag: keys,
    output: ApiKeyView,
  }),
})
