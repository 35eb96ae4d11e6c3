import { z } from 'zod'
import { SearchedMoment } from '../../core/moment'
import { nameText } from '../../core/names'
import { pageInput, pageOf } from '../../core/paging'
import { VisibilityInput } from '../operators/schemas'
import { DISABLED_BY, ENDPOINT_STATES, EVENT_TYPES, MESSAGE_STATES, SEND_ERRORS } from './lists'

const Name = nameText(100)
const Url = z.string().trim().min(1).max(2000)
const EventTypes = z
  .array(z.enum(EVENT_TYPES, `event types are: ${EVENT_TYPES.join(', ')}`))
  .min(1)
  .max(EVENT_TYPES.length)
const moment = z.iso.datetime()

/** What is not known is refused: mistyped limits would be none. */
export const CreateWebhookInput = z.strictObject({
  name: Name,
  url: Url.describe('Where to POST: https, at a public address.'),
  eventTypes: EventTypes,
  visibility: VisibilityInput.default({ kind: 'all' }).describe('Of which terminals it is told.'),
})
export const WebhookRef = z.object({ webhookId: z.uuid() })
export const UpdateWebhookInput = WebhookRef.extend({
  name: Name.optional(),
  url: Url.optional(),
  eventTypes: EventTypes.optional(),
  visibility: VisibilityInput.optional(),
})
export const EnableWebhookInput = WebhookRef.extend({
  skipMissed: z
    .boolean()
    .default(false)
    .describe('Go on with what happens from now, not where it stopped; what waits is marked failed.'),
})
export const RotateSecretInput = WebhookRef.extend({
  endOldNow: z
    .boolean()
    .default(false)
    .describe('For a secret that has leaked: the old one stops signing at once, not after 24 hours.'),
})
export const ListWebhooksInput = z.object({ ...pageInput })

export const WebhookView = z.object({
  id: z.uuid(),
  name: z.string(),
  url: z.string().describe('Values in its query are hidden as ***; given back so, they stay what they are.'),
  eventTypes: z.array(z.enum(EVENT_TYPES)),
  visibility: VisibilityInput,
  state: z.enum(ENDPOINT_STATES),
  disabledBy: z.enum(DISABLED_BY).nullable(),
  disabledAt: moment.nullable(),
  failingSince: moment.nullable().describe('The first bad answer since the last good one.'),
  lastDeliveredAt: moment.nullable(),
  delivered: z.number().int().describe('Messages ever delivered.'),
  failed: z.number().int().describe('Messages ever given up.'),
  waiting: z.number().int().describe('Messages that wait for their turn or their next attempt.'),
  oldSecretEndsAt: moment
    .nullable()
    .describe('Until then the secret before the last rotation signs as well.'),
  createdBy: z.string(),
  createdAt: moment,
})
export const WebhookPage = pageOf(WebhookView)
const Secret = z
  .string()
  .describe('Shown this once: `whsec_` and 32 bytes in base64, for verifying signatures.')
export const CreatedWebhook = z.object({ id: z.uuid(), secret: Secret })
export const RotatedSecret = z.object({ secret: Secret, oldSecretEndsAt: moment })

const AnswerView = {
  status: z.number().int().nullable().describe('HTTP status; null where none came.'),
  error: z.enum(SEND_ERRORS).nullable(),
  answer: z.string().describe('The first 500 characters, card numbers masked.'),
  durationMs: z.number().int(),
}
export const TestAnswer = z.object({ isDelivered: z.boolean(), ...AnswerView })

const MessageId = z
  .string()
  .regex(/^msg_[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/, 'a webhook-id, such as msg_0199…')
export const MessageRef = WebhookRef.extend({ messageId: MessageId })
export const ListMessagesInput = WebhookRef.extend({
  ...pageInput,
  state: z.enum(MESSAGE_STATES).optional(),
})
export const MessageView = z.object({
  id: MessageId.describe('The `webhook-id` that the receiver got.'),
  type: z.string(),
  state: z.enum(MESSAGE_STATES),
  events: z.number().int().describe('How many events it tells of.'),
  attempts: z.number().int().describe('Since it was written or replayed.'),
  lastStatus: AnswerView.status,
  lastError: AnswerView.error,
  createdAt: moment,
  nextAttemptAt: moment.nullable().describe('Null once it is settled.'),
  settledAt: moment.nullable(),
})
export const MessagePage = pageOf(MessageView)
export const MessageDetails = MessageView.extend({
  body: z
    .string()
    .nullable()
    .describe('The very text that is signed. `null` for who may not read elsewhere what it tells.'),
  history: z
    .array(z.object({ at: moment, isDelivered: z.boolean(), ...AnswerView }))
    .describe('The newest 100 attempts, the newest first.'),
})
export const ReplayFailedInput = WebhookRef.extend({
  since: SearchedMoment.describe('Those written since then.'),
})
export const ReplayedView = z.object({
  replayed: z.number().int(),
  isMore: z.boolean().describe('There are more: ask again.'),
})

export const TrafficView = z.object({
  hours: z
    .array(z.object({ from: moment, delivered: z.number().int(), failed: z.number().int() }))
    .describe('Attempts of the last 24 hours, hour by hour, the oldest first.'),
})
