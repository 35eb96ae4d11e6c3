import { mutationOf, queryOf, router } from '../../trpc/procedures'
import { acknowledgeAlerts } from './acknowledge'
import {
  createAlertRecipient,
  deleteAlertRecipient,
  listAlertRecipients,
  updateAlertRecipient,
} from './mail/recipients'
import { testAlertMail } from './mail/test'
import { countAlerts, getAlert, listAlerts, listAlertTerminals } from './queries'
import { listAlertRules, updateAlertRule } from './rule-verbs'
import {
  AcknowledgeReport,
  AlertCounts,
  AlertDetails,
  AlertPage,
  AlertRecipientList,
  AlertRecipientRef,
  AlertRecipientView,
  AlertRuleList,
  AlertRuleView,
  AlertTerminalPage,
  TestMailAnswer,
} from './schemas'

const tag = 'Alerts'

export const alertsRouter = router({
  list: queryOf(listAlerts, {
    method: 'GET',
    path: '/alerts',
    summary: 'List alerts',
    tag,
    output: AlertPage,
  }),
  get: queryOf(getAlert, {
    method: 'GET',
    path: '/alerts/{alertId}',
    summary: 'Get an alert with its history',
    tag,
    output: AlertDetails,
  }),
  terminals: queryOf(listAlertTerminals, {
    method: 'GET',
    path: '/alerts/{alertId}/terminals',
    summary: 'List the terminals an alert is about',
    tag,
    output: AlertTerminalPage,
  }),
  counts: queryOf(countAlerts, {
    method: 'GET',
    path: '/alert-counts',
    summary: 'Count open alerts',
    tag,
    output: AlertCounts,
  }),
  acknowledge: mutationOf(acknowledgeAlerts, {
    method: 'POST',
    path: '/alert-acknowledgements',
    summary: 'Say that somebody looks after alerts',
    tag,
    output: AcknowledgeReport,
  }),
})

export const alertRulesRouter = router({
  list: queryOf(listAlertRules, {
    method: 'GET',
    path: '/alert-rules',
    summary: 'List when alerts are raised',
    tag,
    output: AlertRuleList,
  }),
  update: mutationOf(updateAlertRule, {
    method: 'PATCH',
    path: '/alert-rules/{kind}',
    summary: 'Change when alerts of a kind are raised',
    tag,
    output: AlertRuleView,
  }),
})

const recipient = '/alert-recipients/{recipientId}'

export const alertRecipientsRouter = router({
  list: queryOf(listAlertRecipients, {
    method: 'GET',
    path: '/alert-recipients',
    summary: 'List who may be told of alerts by mail',
    tag,
    output: AlertRecipientList,
  }),
  create: mutationOf(createAlertRecipient, {
    method: 'POST',
    path: '/alert-recipients',
    summary: 'Add an address for mails about alerts',
    tag,
    status: 201,
    output: AlertRecipientView,
  }),
  update: mutationOf(updateAlertRecipient, {
    method: 'PATCH',
    path: recipient,
    summary: 'Change an address for mails about alerts',
    tag,
    output: AlertRecipientView,
  }),
  delete: mutationOf(deleteAlertRecipient, {
    method: 'DELETE',
    path: recipient,
    summary: 'Delete an address for mails about alerts',
    tag,
    output: AlertRecipientRef,
  }),
  test: mutationOf(testAlertMail, {
    method: 'POST',
    path: `${recipient}/test`,
    summary: 'Send a test message now and tell what the mail server said',
    tag,
    output: TestMailAnswer,
  }),
})
