import { describe, expect, it } from 'vitest'
import { ACTION_KINDS, ACTION_STATES, RESULT_REASONS } from '../../../src/features/actions/lists'
import { CARD_SOURCES } from '../../../src/features/monitoring/card-findings/lists'
import type { Mismatch } from '../../../src/features/monitoring/status/decide'
import { CONNECTIVITY, LICENSE_STATES } from '../../../src/features/monitoring/status/lists'
import { Status } from '../../../src/features/monitoring/status/schemas'
import type { SkipReason } from '../../../src/features/terminals/change'
import type { Column } from '../../../src/features/terminals/csv'
import { judgeTransition } from '../../../src/features/terminals/decide'
import { TERMINAL_STATES } from '../../../src/features/terminals/lists'
import { TerminalChange } from '../../../src/features/terminals/schemas'
import type { ImportIssueCode } from '../../../src/features/terminals/service/judge'
import { mayTakeCode, OFFERED_IN, type StateAction } from '../../../src/features/terminals/ui/offered'
import { type CodeKind, keyOfCode } from '../../../src/features/terminals/ui/words'
import { dictionaryOf, provideDictionary } from '../../../src/i18n/dictionaries'
import { en } from '../../../src/i18n/en'
import { ru } from '../../../src/i18n/ru'

/** Complete by the compiler: a member that is missing or too many does not compile. */
const MISMATCHES: Record<Mismatch, true> = { serial: true, model: true, tid: true }
const SKIPPED: Record<SkipReason | 'terminal_not_found', true> = {
  already_so: true,
  transition_refused: true,
  tid_taken: true,
  outside_your_limits: true,
  terminal_not_found: true,
}
const ISSUES: Record<ImportIssueCode, true> = {
  invalid_value: true,
  unknown_platform: true,
  spreadsheet_number: true,
  second_tid_of_acquirer: true,
  serial_in_other_case: true,
  tid_taken: true,
  tid_repeated: true,
  group_missing: true,
  merchant_missing: true,
}
const FIELDS: Record<Column, true> = {
  serial: true,
  platform: true,
  model: true,
  tid: true,
  mid: true,
  acquirer: true,
  merchant: true,
  address: true,
  groups: true,
  transportKeyKcv: true,
  notes: true,
}

const TOLD: [kind: CodeKind, codes: readonly string[]][] = [
  ['state', TERMINAL_STATES],
  ['connectivity', CONNECTIVITY],
  ['licenseState', LICENSE_STATES],
  ['mismatch', Object.keys(MISMATCHES)],
  ['cardSource', CARD_SOURCES],
  ['actionKind', ACTION_KINDS],
  ['actionState', ACTION_STATES],
  ['reason', Object.keys(RESULT_REASONS)],
  ['field', Object.keys(Status.shape)],
  ['importIssue', Object.keys(ISSUES)],
  ['importRule', ['serial', 'tid', 'mid', 'acquirer']],
  ['importField', Object.keys(FIELDS)],
  ['skipped', Object.keys(SKIPPED)],
]

describe('what the server tells by codes', () => {
  it.each(TOLD)('has words for every %s in both languages', (kind, codes) => {
    expect(codes.length).toBeGreaterThan(2)
    provideDictionary('en', en)
    provideDictionary('ru', ru)
    for (const locale of ['en', 'ru'] as const)
      for (const code of codes) expect(dictionaryOf(locale)[keyOfCode(kind, code)], code).toBeTypeOf('string')
  })

  it('has words for every change of many terminals', () => {
    const kinds = TerminalChange.options.flatMap(({ shape: { kind } }): string[] =>
      'options' in kind ? kind.options : [kind.value],
    )
    expect(Object.keys(en.fleet.bulk.kind).sort()).toEqual([...kinds].sort())
    expect(Object.keys(en.fleet.bulk.text).sort()).toEqual([...kinds].sort())
  })
})

describe('what is offered for a terminal', () => {
  it.each(TERMINAL_STATES)('is what the server lets be done with one that is %s', (state) => {
    const actions = ['suspend', 'resume', 'retire', 'revoke', 'reopen'] satisfies StateAction[]
    const allowed = actions.filter((action) => {
      const { outcome } = judgeTransition(state, action)
      // One that is awaited may enrol as it is.
      return outcome === 'changes' || (outcome === 'reopens' && state !== 'expected')
    })
    expect([...OFFERED_IN[state]].sort()).toEqual([...allowed].sort())
  })

  it('is an enrolment code only where one would be taken', () => {
    expect(mayTakeCode({ state: 'expected', isReopened: false })).toBe(true)
    expect(mayTakeCode({ state: 'active', isReopened: false })).toBe(false)
    expect(mayTakeCode({ state: 'active', isReopened: true })).toBe(true)
    expect(mayTakeCode({ state: 'retired', isReopened: false })).toBe(false)
  })
})
