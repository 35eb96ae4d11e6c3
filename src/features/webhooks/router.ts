import { mutationOf, queryOf, router } from '../../trpc/procedures'
import {
  CreatedWebhook,
  MessageDetails,
  MessagePage,
  MessageView,
  ReplayedView,
  RotatedSecret,
  TestAnswer,
  TrafficView,
  WebhookPage,
  WebhookRef,
  WebhookView,
} from './schemas'
import {
  createWebhookOf,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  updateWebhookOf,
} from './service/endpoints'
import { getMessage, listMessages, replayFailed, replayMessage } from './service/messages'
import { rotateWebhookSecret } from './service/secrets'
import { disableWebhook, enableWebhookOf } from './service/states'
import { testWebhook } from './service/test'
import { getTraffic } from './service/traffic'
import { eventSources } from './sources'

const tag = 'Webhooks'
const one = '/webhooks/{webhookId}'

export const webhooksRouter = router({
  list: queryOf(listWebhooks, {
    method: 'GET',
    path: '/webhooks',
    summary: 'List webhooks',
    tag,
    output: WebhookPage,
  }),
  create: mutationOf(createWebhookOf(eventSources), {
    method: 'POST',
    path: '/webhooks',
    summary: 'Make a webhook',
    tag,
    status: 201,
    output: CreatedWebhook,
  }),
  get: queryOf(getWebhook, { method: 'GET', path: one, summary: 'Show a webhook', tag, output: WebhookView }),
  update: mutationOf(updateWebhookOf(eventSources), {
    method: 'PATCH',
    path: one,
    summary: 'Change a webhook',
    tag,
    output: WebhookView,
  }),
  delete: mutationOf(deleteWebhook, {
    method: 'DELETE',
    path: one,
    summary: 'Delete a webhook with its messages',
    tag,
    output: WebhookRef,
  }),
  disable: mutationOf(disableWebhook, {
    method: 'POST',
    path: `${one}/disable`,
    summary: 'Send nothing until it is enabled again',
    tag,
    output: WebhookView,
  }),
  enable: mutationOf(enableWebhookOf(eventSources), {
    method: 'POST',
    path: `${one}/enable`,
    summary: 'Send again, from where it stopped or from now on',
    tag,
    output: WebhookView,
  }),
  rotateSecret: mutationOf(rotateWebhookSecret, {
    method: 'POST',
    path: `${one}/rotate-secret`,
    summary: 'Make a new secret; the old one signs beside it for 24 hours',
    tag,
    output: RotatedSecret,
  }),
  test: mutationOf(testWebhook, {
    method: 'POST',
    path: `${one}/test`,
    summary: 'Send a webhook.test now and tell what was answered',
    tag,
    output: TestAnswer,
  }),
  traffic: queryOf(getTraffic, {
    method: 'GET',
    path: `${one}/traffic`,
    summary: 'Count the attempts of the last 24 hours',
    tag,
    output: TrafficView,
  }),
  messages: queryOf(listMessages, {
    method: 'GET',
    path: `${one}/messages`,
    summary: 'List messages',
    tag,
    output: MessagePage,
  }),
  message: queryOf(getMessage, {
    method: 'GET',
    path: `${one}/messages/{messageId}`,
    summary: 'Show a message with its attempts',
    tag,
    output: MessageDetails,
  }),
  replay: mutationOf(replayMessage, {
    method: 'POST',
    path: `${one}/messages/{messageId}/replay`,
    summary: 'Send a settled message once more',
    tag,
    output: MessageView,
  }),
  replayFailed: mutationOf(replayFailed, {
    method: 'POST',
    path: `${one}/replay-failed`,
    summary: 'Send once more what was given up since a moment',
    tag,
    output: ReplayedView,
  }),
})
