import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '../../../src/features/audit/schemas'
import { sentenceOf, subjectHref, valueWords } from '../../../src/features/audit/ui/words'
import { wordsOf } from '../../ui/words'

const ANNA: AuditEntry['actor'] = { kind: 'operator', id: null, name: 'Anna' }
const server = (name: string) => ({ kind: 'job', id: null, name })

const entryOf = (entry: Partial<AuditEntry>): AuditEntry => ({
  seq: 1,
  at: '2026-11-27T10:00:00.000Z',
  actor: ANNA,
  action: 'rollout.started',
  subject: { kind: 'rollout', id: 'r', label: 'Night' },
  changes: {},
  requestId: 'q',
  address: null,
  ...entry,
})
const said = (locale: 'en' | 'ru', entry: Partial<AuditEntry>) =>
  sentenceOf(entryOf(entry), wordsOf(locale))
    .map(({ text }) => text)
    .join('')

describe('an entry of the audit log as a sentence', () => {
  it('says who did what, with the number that matters', () => {
    const entry = { action: 'rollout.wave_opened', changes: { wave: { before: 1, after: 2 } } }
    expect(said('en', entry)).toBe('Anna gave wave 2 of rollout Night free')
    expect(said('ru', entry)).toBe('Anna: открыта волна 2 раскатки «Night»')
  })

  it('tells people, programs, terminals, jobs and the command line apart', () => {
    const by = (actor: AuditEntry['actor']) => said('en', { actor, action: 'rollout.paused' })
    expect(by({ kind: 'integrator', id: null, name: 'Billing' })).toMatch(/^API key Billing paused/)
    expect(by({ kind: 'terminal', id: null, name: '8201' })).toMatch(/^Terminal 8201 paused/)
    expect(by(server('advance-rollouts'))).toMatch(/^Server \(Advance rollouts\) paused/)
    expect(by(server('psm: root'))).toMatch(/^Command line \(root\) paused/)
    expect(by(server('planner'))).toMatch(/^Server paused/)
  })

  it('says of an action without a sentence what the log has', () => {
    expect(said('en', { action: 'moon.landed' })).toBe('Anna: moon.landed, Night')
  })

  it('takes a name for a name, whatever it has of a sentence', () => {
    expect(said('en', { actor: { ...ANNA, name: '{{ what }}' } })).toBe('{{ what }} started rollout Night')
  })

  it('calls a job by its words', () => {
    const subject = { kind: 'job', id: 'archive-eslips', label: 'archive-eslips' }
    expect(said('en', { action: 'job.stop_requested', subject })).toBe(
      'Anna told job Archive old slips to stop',
    )
  })
})

describe('the subject of an entry', () => {
  const href = (kind: string, label: string, action = 'any.done') =>
    subjectHref({ action, subject: { kind, id: 'i', label } })

  it('is led to: on its page, or in its list', () => {
    expect(href('rollout', 'Night')).toBe('/updates/rollouts/i')
    expect(href('group', 'A & B')).toBe('/administration/groups?search=A+%26+B')
    expect(href('operator', 'anna')).toBe('/administration/operators?search=anna')
    expect(href('key-file', '8201 #3')).toBe('/keys/loading?q=8201')
    expect(href('api_key', 'Billing')).toBe('/administration/api-keys/i')
  })

  it('is led to nowhere once it is gone, or where it never had a page', () => {
    expect(href('group', 'A', 'group.deleted')).toBeUndefined()
    expect(href('call', 'terminals.list')).toBeUndefined()
  })
})

describe('a refusal', () => {
  const call = { kind: 'call', id: 'groups.create', label: 'groups.create' }
  const terminal = { kind: 'terminal', id: 't', label: '8201' }
  const refused = (locale: 'en' | 'ru', subject: AuditEntry['subject'], fields: Record<string, string>) =>
    said(locale, {
      action: 'access.refused',
      subject,
      changes: Object.fromEntries(
        Object.entries(fields).map(([name, after]) => [name, { before: null, after }]),
      ),
    })

  it('says in words which right was needed, and for what', () => {
    const forbidden = { code: 'forbidden', permission: 'groups:write' }
    expect(refused('en', call, forbidden)).toBe(
      'Anna was refused (needs the right “Make, change and delete groups”)',
    )
    expect(refused('en', terminal, forbidden)).toMatch(/^Anna was refused \(needs .*\): Terminal 8201$/)
    expect(refused('ru', terminal, forbidden)).toMatch(
      /^Anna: отказано в доступе \(нужно право «[А-я, ]+»\) — Терминал 8201$/,
    )
    const either = { code: 'forbidden', permission: 'groups:read or merchants:read' }
    expect(refused('en', call, either)).toBe(
      'Anna was refused (needs the right “See groups / See merchants”)',
    )
  })

  it('says why in the words of the page, and of what lies beyond limits that it does', () => {
    expect(refused('en', call, { code: 'person_needed' })).toMatch(/^Anna was refused \([A-Z][^_]+\)$/)
    expect(refused('en', terminal, { code: 'terminal_not_found' })).toBe(
      'Anna was refused (not there, or beyond the limits of the caller): Terminal 8201',
    )
    expect(refused('en', terminal, {})).toBe('Anna was refused: Terminal 8201')
  })

  it('has the same words in its table, and a code as it is where there are none', () => {
    const words = wordsOf('ru')
    expect(valueWords('permission', 'groups:write', words)).toMatch(/^[А-я, ]+$/)
    expect(valueWords('code', 'forbidden', words)).toMatch(/^[А-я ,]+$/)
    expect(valueWords('code', 'no_such_code', words)).toBe('no_such_code')
  })
})

describe('limits that were changed', () => {
  const to = (groups: string[], merchants: string[] = []) => ({
    kind: 'limited',
    groups,
    merchants,
    groupIds: groups.map((name) => `id of ${name}`),
    merchantIds: merchants.map((name) => `id of ${name}`),
  })
  const all = { kind: 'all' }
  const unnamed = { kind: 'limited', groupIds: ['x'], merchantIds: [] }
  const told = (locale: 'en' | 'ru', before: unknown, after: unknown) =>
    said(locale, {
      action: 'operator.visibility_changed',
      subject: { kind: 'operator', id: 'o', label: 'bob' },
      changes: { visibility: { before, after } },
    })

  it('are said with the names of what was given and taken', () => {
    const [before, after] = [to(['North', 'West'], ['Tea']), to(['North', 'South'], ['Tea', 'Shop (123)'])]
    expect(told('en', before, after)).toBe(
      'Anna changed the limits of bob — sees from now on: Groups: South; Merchants: Shop (123); sees no longer: Groups: West',
    )
    expect(told('ru', before, after)).toMatch(
      / — теперь видит и: Группы: South; Предприятия: Shop \(123\); больше не видит: Группы: West$/,
    )
  })

  it('are said as they are now where they were put on, taken off, or leave nothing', () => {
    expect(told('en', all, to(['North']))).toMatch(/ — sees now: Groups: North$/)
    expect(told('en', to(['North']), all)).toMatch(/ — sees now: All terminals$/)
    expect(told('en', to(['North']), to([]))).toMatch(/ — sees now: No terminals$/)
    expect(told('ru', to(['North']), to([]))).toMatch(/ — теперь видит: Ни одного терминала$/)
  })

  it('are counted only where the log has no names, and not said twice', () => {
    expect(told('en', unnamed, to(['North']))).toBe('Anna changed the limits of bob')
    expect(valueWords('visibility', unnamed, wordsOf('en'))).toBe('Groups: 1, merchants: 0')
    expect(told('en', null, to(['North']))).toBe('Anna changed the limits of bob')
  })

  it('have ten names in a sentence and all of them in the table', () => {
    const many = to(Array.from({ length: 13 }, (_none, n) => `G${n}`))
    expect(told('en', all, many)).toMatch(/G8, G9, 3 more$/)
    expect(valueWords('visibility', many, wordsOf('en'))).toMatch(/^Groups: G0, .*G11, G12$/)
  })
})
