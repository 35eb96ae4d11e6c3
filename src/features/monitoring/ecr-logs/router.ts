import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { getEcrLog, listEcrLogs } from './find'
import { findEcrLogTime, readEcrLog, searchEcrLog } from './read'
import { cancelEcrLogRequest, getEcrLogRequest, listEcrLogRequests, requestEcrLog } from './requests'
import {
  EcrLogMatches,
  EcrLogPage,
  EcrLogPlace,
  EcrLogRequestPage,
  EcrLogRequestView,
  EcrLogRows,
  EcrLogView,
} from './schemas'

const tag = 'ECR logs'

export const ecrLogsRouter = router({
  list: queryOf(listEcrLogs, {
    method: 'GET',
    path: '/ecr-logs',
    summary: 'Logs of the exchange with cash registers',
    tag,
    output: EcrLogPage,
  }),
  get: queryOf(getEcrLog, {
    method: 'GET',
    path: '/ecr-logs/{logId}',
    summary: 'What one log is',
    tag,
    output: EcrLogView,
  }),
  read: queryOf(readEcrLog, {
    method: 'GET',
    path: '/ecr-logs/{logId}/rows',
    summary: 'Rows of a log, the last ones at once',
    tag,
    output: EcrLogRows,
  }),
  search: queryOf(searchEcrLog, {
    method: 'GET',
    path: '/ecr-logs/{logId}/search',
    summary: 'Where a text stands in a log',
    tag,
    output: EcrLogMatches,
  }),
  atTime: queryOf(findEcrLogTime, {
    method: 'GET',
    path: '/ecr-logs/{logId}/at-time',
    summary: 'The row of a time',
    tag,
    output: EcrLogPlace,
  }),
  requests: queryOf(listEcrLogRequests, {
    method: 'GET',
    path: '/ecr-log-requests',
    summary: 'What terminals were asked for',
    tag,
    output: EcrLogRequestPage,
  }),
  getRequest: queryOf(getEcrLogRequest, {
    method: 'GET',
    path: '/ecr-log-requests/{requestId}',
    summary: 'What a terminal was asked for',
    tag,
    output: EcrLogRequestView,
  }),
  request: mutationOf(requestEcrLog, {
    method: 'POST',
    path: '/ecr-log-requests',
    summary: 'Ask a terminal for its log of a period',
    tag,
    status: 201,
    output: EcrLogRequestView,
  }),
  cancelRequest: mutationOf(cancelEcrLogRequest, {
    method: 'POST',
    path: '/ecr-log-requests/{requestId}/cancel',
    summary: 'Take a request for a log back',
    tag,
    output: EcrLogRequestView,
  }),
})
