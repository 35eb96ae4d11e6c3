/** What an endpoint can be told of, and the states of what it is told; light enough for any page. */
export const EVENT_TYPES = ['eslip.created', 'alert.raised', 'alert.cleared'] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** What the test button sends; nobody subscribes to it. */
export const TEST_TYPE = 'webhook.test'

export const ENDPOINT_STATES = ['enabled', 'disabled'] as const
export type EndpointState = (typeof ENDPOINT_STATES)[number]

/** `gone`: it answered 410. `failing`: three days without one good answer. */
export const DISABLED_BY = ['operator', 'gone', 'failing'] as const
export type DisabledBy = (typeof DISABLED_BY)[number]

export const MESSAGE_STATES = ['pending', 'delivered', 'failed'] as const
export type MessageState = (typeof MESSAGE_STATES)[number]

/** Why there was no answer, or none that counts. */
export const SEND_ERRORS = [
  'timeout',
  'unresolved',
  'private_address',
  'connection_refused',
  'connection_lost',
  'tls_failed',
  'bad_answer',
  'secret_unreadable',
  'unreachable',
] as const
export type SendError = (typeof SEND_ERRORS)[number]
