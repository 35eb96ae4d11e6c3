import type { SettingSources } from '../config'

/** What a running server knows of itself and no database does. */
export interface ServerFacts {
  /** Of this run: another after each start. */
  id: string
  startedAt: Date
  sources: SettingSources
  /** Now, of this server alone. */
  load(): ServerLoad
}

export interface ServerLoad {
  /** Terminals it knows by heart. */
  terminals: number
  posLogWaiting: number
  /** Since it started. */
  posLogDropped: number
  /** How late the event loop is. */
  eventLoopLagMs: number
  /** False once the change feed could not be read for so long that a revocation may have been missed. */
  isFeedTrusted: boolean
  /** Answers to terminals in the last whole minute. */
  terminalAnswers: TerminalAnswers
}

export interface TerminalAnswers {
  answered: number
  /** With a status of 400 to 499. */
  refused: number
  /** With a status of 500 or more. */
  failed: number
}
