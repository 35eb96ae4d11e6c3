import { failure } from '../../core/errors'

export const webhookNotFound = failure('not_found', 'webhook_not_found', 'There is no such webhook.')
export const webhookMessageNotFound = failure(
  'not_found',
  'webhook_message_not_found',
  'There is no such message; settled ones are kept for 30 days.',
)
export const tooManyWebhooks = failure(
  'conflict',
  'too_many_webhooks',
  'There are as many webhooks as there may be: delete one first.',
)
export const webhookDisabled = failure(
  'conflict',
  'webhook_disabled',
  'This webhook is disabled: enable it first, then replay.',
)
export const webhookUrlHidden = failure(
  'invalid_input',
  'webhook_url_hidden',
  'A part of this address is hidden as ***: give the whole address, or leave it out.',
)
export const webhookUrlInvalid = failure(
  'invalid_input',
  'webhook_url_invalid',
  'This is not an address to send to: https://host/path, without user name, password or #fragment.',
)
export const webhookUrlNotHttps = failure(
  'invalid_input',
  'webhook_url_not_https',
  'Webhooks go to https:// only; WEBHOOK_ALLOW_PRIVATE lets them go to http://.',
)
export const webhookUrlPrivate = failure(
  'invalid_input',
  'webhook_url_private',
  'Webhooks go to public addresses only; WEBHOOK_ALLOW_PRIVATE lets them go to private ones.',
)
