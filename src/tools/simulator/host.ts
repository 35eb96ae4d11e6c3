import type { Answer, Send } from './client'
import type { Persona } from './persona'

/** What those who carry out actions need of the terminal they are in. */
export interface Host {
  persona: Persona
  fetch(path: string, more: Omit<Send, 'method' | 'path'>): Promise<Answer>
  /** Any other message below /terminal/v1. */
  post(path: string, json: unknown): Promise<Answer>
  report(actionId: string, result: Record<string, unknown>): Promise<Answer>
}

/** When an action may be carried out (contract, `when`). What is missing does not bind. */
export interface Conditions {
  notBefore?: string
  notAfter?: string
  onlyWhenSettled?: boolean
  minBatteryPercent?: number
}

/** By the server's time: the terminal's own clock may be years off. */
export function isTime(when: Conditions, persona: Persona, nowMs: number): boolean {
  const { battery, counters } = persona.vitals(nowMs)
  const isEarly = when.notBefore !== undefined && Date.parse(when.notBefore) > nowMs
  const isLate = when.notAfter !== undefined && Date.parse(when.notAfter) < nowMs
  const isLow = (battery?.percent ?? 100) < (when.minBatteryPercent ?? 0) && battery?.charging !== true
  const isUnsettled = when.onlyWhenSettled === true && (counters?.unsettled ?? 0) > 0
  return !isEarly && !isLate && !isLow && !isUnsettled
}
