import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { uptimeMs } from '../core/clock'
import type { TerminalAnswers } from '../core/server-facts'
import { createMinutes } from './minutes'

export interface Gauges {
  terminals: number
  presenceWaiting: number
  presenceDropped: number
  statusesWaiting: number
  slipsWaiting: number
  downloads: number
  posLogWaiting: number
  posLogDropped: number
  ecrLogUploads: number
}

/** Messages to other systems: settled ever, waiting now. */
export interface MessageTotals {
  delivered: number
  failed: number
  waiting: number
}

/** Alerts that are open, and mails about them. */
export interface AlertTotals {
  open: readonly { kind: string; severity: string; state: string; count: number }[]
  mails: { sent: number; refused: number; givenUp: number; waiting: number }
}

export interface Metrics {
  /** Counts an answer to a terminal: cheap enough for every check-in. */
  terminalAnswered(message: string, status: number, durationMs: number): void
  /** Counts a call of somebody who is not known. */
  strangerRefused(): void
  /** Answers to terminals in the last whole minute. */
  lastMinute(): TerminalAnswers
  text(): Promise<string>
  contentType: string
}

/** Seconds: a check-in from memory to a slow upload. */
const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60]

/**
 * What a Prometheus reads. Label values come from closed lists (message names, statuses): no serial numbers, no paths
 * as sent.
 */
export function createMetrics(parts: {
  gauges(): Gauges
  lagMs(): number
  /** Refusals that are in an audit row with others, for want of room. */
  refusalsCounted(): number
  /** Asked with each reading: all servers tell the same. Undefined where the database cannot be asked. */
  webhooks(): Promise<MessageTotals | undefined>
  /** The same. */
  alerts(): Promise<AlertTotals | undefined>
}): Metrics {
  const registry = new Registry()
  const webhookTotals = askedOnce(parts.webhooks)
  const alertTotals = askedOnce(parts.alerts)
  collectDefaultMetrics({ register: registry })
  const counts = new Map<string, { message: string; status: string; count: number }>()
  new Counter({
    name: 'psm_terminal_answers_total',
    help: 'Answers to terminals by message and status',
    labelNames: ['message', 'status'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { message, status, count } of counts.values()) this.inc({ message, status }, count)
    },
  })
  const seconds = new Histogram({
    name: 'psm_terminal_answer_seconds',
    help: 'Time to answer a terminal, all messages',
    buckets: BUCKETS,
    registers: [registry],
  })
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  gauge('psm_terminals_known', 'Terminals in memory', () => parts.gauges().terminals)
  gauge('psm_presence_waiting', 'Last-seen times not yet written', () => parts.gauges().presenceWaiting)
  gauge('psm_presence_dropped', 'Last-seen times lost since start', () => parts.gauges().presenceDropped)
  gauge('psm_statuses_waiting', 'Statuses waiting for their commit', () => parts.gauges().statusesWaiting)
  gauge('psm_slips_waiting', 'Slips waiting for their commit', () => parts.gauges().slipsWaiting)
  gauge(
    'psm_ecr_log_uploads',
    'ECR logs that are coming in or wait to go on',
    () => parts.gauges().ecrLogUploads,
  )
  gauge('psm_downloads', 'Files that terminals are fetching', () => parts.gauges().downloads)
  gauge('psm_pos_log_waiting', 'Entries of the POS log not yet written', () => parts.gauges().posLogWaiting)
  gauge('psm_pos_log_dropped', 'Requests lost to the POS log since start', () => parts.gauges().posLogDropped)
  gauge('psm_event_loop_lag_seconds', 'How late the event loop is', () => parts.lagMs() / 1000)
  const strangers = new Counter({
    name: 'psm_refused_strangers_total',
    help: 'Calls of the API without a valid key or session',
    registers: [registry],
  })
  gauge(
    'psm_audit_refusals_counted',
    'Refusals without an audit row of their own, which one row of their caller counts, since start',
    () => parts.refusalsCounted(),
  )
  new Counter({
    name: 'psm_webhook_messages_total',
    help: 'Webhook messages by outcome, of all servers together',
    labelNames: ['outcome'],
    registers: [registry],
    async collect() {
      const totals = await webhookTotals()
      this.reset()
      if (totals === undefined) return
      this.inc({ outcome: 'delivered' }, totals.delivered)
      this.inc({ outcome: 'failed' }, totals.failed)
    },
  })
  new Gauge({
    name: 'psm_webhook_messages_waiting',
    help: 'Webhook messages that wait for their turn or their next attempt, of all servers together',
    registers: [registry],
    async collect() {
      this.set((await webhookTotals())?.waiting ?? Number.NaN)
    },
  })
  new Gauge({
    name: 'psm_alerts_open',
    help: 'Alerts that have not cleared, by kind, severity and whether somebody looks after them',
    labelNames: ['kind', 'severity', 'state'],
    registers: [registry],
    async collect() {
      const totals = await alertTotals()
      this.reset()
      for (const { count, ...labels } of totals?.open ?? []) this.set(labels, count)
    },
  })
  new Counter({
    name: 'psm_alert_mails_total',
    help: 'Mails about alerts by outcome, of all servers together; refused ones are tried again',
    labelNames: ['outcome'],
    registers: [registry],
    async collect() {
      const totals = await alertTotals()
      this.reset()
      if (totals === undefined) return
      this.inc({ outcome: 'sent' }, totals.mails.sent)
      this.inc({ outcome: 'refused' }, totals.mails.refused)
    },
  })
  new Counter({
    name: 'psm_alert_mail_notes_given_up_total',
    help: 'Notes for mails that nobody took for three days',
    registers: [registry],
    async collect() {
      const totals = await alertTotals()
      this.reset()
      if (totals !== undefined) this.inc(totals.mails.givenUp)
    },
  })
  new Gauge({
    name: 'psm_alert_mail_notes_waiting',
    help: 'Notes that wait for their mail',
    registers: [registry],
    async collect() {
      this.set((await alertTotals())?.mails.waiting ?? Number.NaN)
    },
  })
  const minutes = createMinutes()
  return {
    terminalAnswered(message, status, durationMs) {
      minutes.count(status, uptimeMs())
      const key = `${message} ${status}`
      const known = counts.get(key)
      if (known === undefined) counts.set(key, { message, status: String(status), count: 1 })
      else known.count++
      seconds.observe(durationMs / 1000)
    },
    strangerRefused: () => strangers.inc(),
    lastMinute: () => minutes.last(uptimeMs()),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

/** Several metrics of one reading ask together. */
function askedOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | undefined
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}
