import { z } from 'zod'
import { LANGUAGES } from '../../core/languages'
import { pageInput, pageOf } from '../../core/paging'
import {
  ALERT_EVENTS,
  ALERT_KINDS,
  ALERT_SEVERITIES,
  ALERT_STATES,
  ALERT_SUBJECTS,
  MOST_AT_ONCE,
} from './lists'
import { MAIL_ERRORS, MOST_RECIPIENTS } from './mail/lists'

export const AlertRef = z.object({ alertId: z.uuid() })

export const AlertFilter = z.object({
  state: z
    .enum(['open', ...ALERT_STATES, 'any'])
    .default('open')
    .describe('open: raised or acknowledged.'),
  kind: z.enum(ALERT_KINDS).optional(),
  severity: z.enum(ALERT_SEVERITIES).optional(),
  terminalId: z.uuid().optional().describe('About this terminal, alone or with others, now or before.'),
})
export type AlertFilter = z.output<typeof AlertFilter>
export const ListAlertsInput = z.object({ ...pageInput, ...AlertFilter.shape })

const moment = z.iso.datetime()

export const AlertView = z.object({
  id: z.uuid(),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(ALERT_SEVERITIES),
  state: z.enum(ALERT_STATES),
  subject: z.object({
    kind: z.enum(ALERT_SUBJECTS),
    id: z.string().nullable().describe('Null where it is about many terminals.'),
    label: z.string().describe('Serial number, name of the rollout, job, webhook or key.'),
  }),
  count: z.number().int().describe('Terminals it is about now, as far as the caller sees them; else 1 or 0.'),
  peak: z.number().int().describe('The same, all that it has been about.'),
  times: z
    .number()
    .int()
    .describe('How often it was raised: back within the quiet time it is the same alert.'),
  detail: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe('Why, in codes and values: such as why a rollout halted.'),
  firstRaisedAt: moment,
  raisedAt: moment,
  acknowledgedAt: moment.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
  clearedAt: moment.nullable(),
})
export type AlertView = z.infer<typeof AlertView>
export const AlertPage = pageOf(AlertView)

export const AlertDetails = AlertView.extend({
  events: z
    .array(
      z.object({
        what: z.enum(ALERT_EVENTS),
        at: moment,
        count: z.number().int().nullable().describe('Terminals then. Null for callers with limits.'),
        byName: z.string().nullable(),
        note: z.string().nullable(),
      }),
    )
    .describe('What happened to it, the newest first; the last hundred.'),
  places: z
    .array(z.object({ groupId: z.uuid(), name: z.string(), terminals: z.number().int() }))
    .describe('The groups in which most of its terminals are, where it is about many.'),
})
export type AlertDetails = z.infer<typeof AlertDetails>

export const ListAlertTerminalsInput = z.object({
  ...pageInput,
  ...AlertRef.shape,
  isPastShown: z.boolean().default(false).describe('Also those for which it is over.'),
})
export const AlertTerminalPage = pageOf(
  z.object({
    terminalId: z.uuid(),
    serial: z.string(),
    joinedAt: moment,
    leftAt: moment.nullable(),
    lastSeenAt: moment.nullable(),
    groups: z.array(z.string()),
  }),
)

export const AlertCounts = z.object({
  raised: z.number().int().describe('That nobody has acknowledged.'),
  critical: z.number().int().describe('Critical ones among them.'),
  acknowledged: z.number().int(),
})

export const AcknowledgeInput = z.object({
  alertIds: z.array(z.uuid()).min(1).max(MOST_AT_ONCE),
  note: z.string().trim().max(500).optional().describe('What is known or being done.'),
})
export const ACKNOWLEDGE_OUTCOMES = ['acknowledged', 'cleared', 'outside_your_limits', 'not_found'] as const
export const AcknowledgeReport = z.object({
  results: z.array(
    z.object({
      alertId: z.uuid(),
      outcome: z
        .enum(ACKNOWLEDGE_OUTCOMES)
        .describe(
          'cleared: its cause is gone already; outside_your_limits: it is also about terminals that the caller does not see.',
        ),
    }),
  ),
})

const minutes = z.number().int().min(0).max(10_080)

const rule = {
  isOn: z.boolean().describe('False: whatever is open of this kind is cleared, and nothing more is raised.'),
  severity: z.enum(ALERT_SEVERITIES),
  threshold: z.number().nullable().describe('In the unit of the kind; null where it has none.'),
  clearThreshold: z
    .number()
    .nullable()
    .describe('At which it clears, above the threshold; null where the kind has none.'),
  raiseAfterMinutes: minutes.describe('How long it must last before it is raised.'),
  clearAfterMinutes: minutes.describe('How long it must be well again before it clears.'),
  quietMinutes: minutes.describe('Back within so long, it is the same alert again.'),
  groupedFrom: z
    .number()
    .int()
    .min(0)
    .max(200)
    .describe('So many terminals have an alert of their own; beyond that there is one for all.'),
  inBell: z.boolean().describe('Counted at the bell of the app.'),
  recipientIds: z.array(z.uuid()).max(MOST_RECIPIENTS).describe('Who is told by mail.'),
}

export const AlertRuleView = z.object({
  kind: z.enum(ALERT_KINDS),
  ...rule,
  revision: z.number().int().describe('0: as the program has it.'),
  updatedAt: moment.nullable(),
  updatedBy: z.string().nullable(),
})
export type AlertRuleView = z.infer<typeof AlertRuleView>
export const AlertRuleList = z.object({ rules: z.array(AlertRuleView) })

export const UpdateAlertRuleInput = z
  .object(rule)
  .partial()
  .extend({
    kind: z.enum(ALERT_KINDS),
    revision: z.number().int().min(0).describe('Of the rule as it was read.'),
  })

export const AlertRecipientRef = z.object({ recipientId: z.uuid() })
const Address = z.string().trim().pipe(z.email().max(254))
export const CreateAlertRecipientInput = z.object({
  address: Address.describe('One mail address, without a name.'),
  language: z.enum(LANGUAGES).describe('Of the mails.'),
})
export const UpdateAlertRecipientInput = AlertRecipientRef.extend({
  address: Address.optional(),
  language: z.enum(LANGUAGES).optional(),
})

/** How mails fare: what the mail server said last, where it refused. */
const mailState = {
  failingSince: moment.nullable().describe('Since then no mail was taken.'),
  lastError: z.enum(MAIL_ERRORS).nullable(),
  lastAnswer: z.string().nullable().describe('What was said, card numbers masked.'),
}

export const AlertRecipientView = z.object({
  id: z.uuid(),
  address: z.string(),
  language: z.enum(LANGUAGES),
  lastMailedAt: moment.nullable(),
  waiting: z.number().int().describe('Alerts it has not been told of yet.'),
  ...mailState,
})
export type AlertRecipientView = z.infer<typeof AlertRecipientView>
export const AlertRecipientList = z.object({
  recipients: z.array(AlertRecipientView),
  server: z
    .object({ host: z.string(), ...mailState })
    .nullable()
    .describe('Null where no mail server is set: nobody gets mails.'),
})
export const TestMailAnswer = z.object({
  isSent: z.boolean(),
  error: z.enum(MAIL_ERRORS).nullable(),
  answer: z.string().describe('What the mail server said, card numbers masked.'),
  durationMs: z.number().int(),
})
