import { describe, expect, it } from 'vitest'
import { en } from '../../src/i18n/en'
import { LOCALES } from '../../src/i18n/locales'
import { ru } from '../../src/i18n/ru'
import { readTexts } from '../rules/source-files'

const dictionaries: Record<(typeof LOCALES)[number], Words> = { en, ru }
const WORDS = 'src/features/terminals/ui/words.ts: by what the server tells'
const ALERT_WORDS = 'src/features/alerts/ui: by what src/features/alerts/lists.ts names'

/** Built at run time from what the server says; each entry names where. */
const LOOKED_UP: Record<string, string> = {
  'errors.': 'src/app/failure.ts: by the code of a refusal',
  'apk.refusal.': 'by why an APK is refused: APK_REFUSALS of src/features/apps/apk/lists.ts',
  'apiKeys.feature.': 'src/features/operators/ui/keys: by what a permission is about',
  'apiKeys.scopes.': 'src/features/operators/ui/keys/scopes-table.tsx: by the column',
  'apiKeys.secret.state.': 'src/features/operators/ui/keys/key-facts.tsx: by the state',
  'apiKeys.state.': 'src/features/operators/ui/keys/words.tsx: by the state',
  'apiKeys.rotate.for.': 'src/features/operators/ui/keys/rotate-dialog.tsx: by the choice',
  'app.role.': 'src/app/user-menu.tsx: by the role',
  'app.nav.terminals': 'src/features/operators/ui/roles: by the area of permissions',
  'administration.role.about.': 'src/features/operators/ui: by the role',
  'analysis.dimension.': 'src/features/monitoring/analysis/ui/words.ts: by what is told apart',
  'analysis.note.': 'src/features/monitoring/analysis/ui/words.ts: by what is told apart',
  'webhooks.disabledBy.': 'src/features/webhooks/ui/words.tsx: by who disabled it',
  'webhooks.messageState.': 'src/features/webhooks/ui/words.tsx: by the state',
  'webhooks.error.': 'src/features/webhooks/ui/words.tsx: by why nothing was answered',
  'webhooks.event.': 'src/features/webhooks/ui: by the type of event',
  'audit.': 'src/features/audit/ui: by what the log names',
  'administration.permission.': 'src/features: by the permission',
  'administration.audit.verify.problem.': 'src/features/audit/ui/verification.tsx: by what is wrong',
  'jobs.job.': 'src/features/jobs/ui/words.ts: by the name of the job',
  'jobs.detail.': 'src/features/jobs/ui/words.ts: by what a run tells',
  'jobs.step.': 'src/features/jobs/ui/run-state.tsx: by what a run is at',
  'jobs.outcome.': 'src/features/jobs/ui/run-state.tsx: by the outcome',
  'jobs.outcomeMeaning.': 'src/features/jobs/ui/run-details.tsx: by the outcome',
  'keys.act.refused.': 'src/features/keys/loads/ui: by the code of a refusal',
  'keys.alarm.': 'by what is alarming: KEY_ALARMS of src/features/keys/lists.ts',
  'keys.alarmMeaning.': 'by what is alarming, as above',
  'keys.batches.column.': 'src/features/keys/loads/ui/batch-bar.tsx: by the column',
  'keys.batches.columnMeaning.': 'src/features/keys/loads/ui/batch-bar.tsx: by the column',
  'keys.exportability.': 'src/features/keys/loads/ui/words.ts: by the letter in the header',
  'keys.failure.': 'by why: KEY_FAILURES of src/features/keys/lists.ts',
  'keys.kind.': 'src/features/keys/loads/ui/file-card.tsx: by the kind of file',
  'keys.mode.': 'src/features/keys/loads/ui/words.ts: by the letter in the header',
  'keys.need.': 'by what is needed: KEY_NEEDS of src/features/keys/loads/schemas.ts',
  'keys.needMeaning.': 'by what is needed, as above',
  'keys.rule.': 'by the number of a rule: KEY_RULES of src/features/keys/block/lists.ts',
  'keys.state.': 'by the state: KEY_LOAD_STATES of src/features/keys/lists.ts',
  'keys.stateMeaning.': 'by the state, as above',
  'keys.usage.': 'src/features/keys/loads/ui/words.ts: by the usage in the header',
  'license.fact.': 'src/features/licenses/ui/words.ts: by the name of a fact',
  'license.source.': 'src/features/licenses/ui/words.ts: by where a fact was read',
  'license.state.': 'src/features/licenses/ui/words.ts: by the state',
  'license.reason.': 'src/features/licenses/ui/words.ts: by the code of a result',
  'license.warning.': 'src/features/licenses/ui/words.ts: by the code of a warning',
  'license.results.conflict.': 'src/features/licenses/ui/upload/result-row.tsx: by the code of a conflict',
  'license.results.count.': 'src/features/licenses/ui/upload/results.tsx: by the outcome',
  'license.results.outcome.': 'src/features/licenses/ui/upload/results.tsx: by the outcome',
  'applications.mark.': 'src/features/apps/catalog/ui/warnings.tsx: by the code',
  'applications.warning.': 'src/features/apps/catalog/ui/warnings.tsx: by the code',
  'applications.signature.states.': 'src/features/apps/catalog/ui/signature.tsx: by the state',
  'packages.kind.': 'src/features/updates/packages/ui: by the kind',
  'packages.warning.': 'src/features/updates/packages/ui/warnings.tsx: by the code',
  'packages.mark.': 'src/features/updates/packages/ui/warnings.tsx: by the code',
  'rollouts.state.': 'src/features/updates/rollouts/ui: by the state',
  'rollouts.stateMeaning.': 'src/features/updates/rollouts/ui: by the state',
  'rollouts.target.': 'src/features/updates/rollouts/ui: by where a terminal stands',
  'rollouts.targetMeaning.': 'src/features/updates/rollouts/ui: by where a terminal stands',
  'rollouts.event.': 'src/features/updates/rollouts/ui: by what happened',
  'rollouts.haltWithin.': 'src/features/updates/rollouts/ui: the same for who sees a part',
  'rollouts.halt.': 'src/features/updates/rollouts/ui: by why it halted',
  'rollouts.do.': 'src/features/updates/rollouts/ui: by the command',
  'rollouts.new.how.': 'src/features/updates/rollouts/ui: by how a wave is chosen',
  'rollouts.new.preset.': 'src/features/updates/rollouts/ui: by the preset',
  'rollouts.new.units.': 'src/features/updates/rollouts/ui: by the unit',
  'rollouts.page.waveState.': 'src/features/updates/rollouts/ui: by where a wave stands',
  'profile.assign.do.': 'src/features/profile/ui/assign: by what is done',
  'profile.assign.by.': 'src/features/profile/ui/choose/choice-fields.tsx: by the way to choose',
  'profile.assign.missing.': 'src/features/profile/ui/choose/choice.ts: by the way to choose',
  'profile.assign.apply.': 'src/features/profile/ui/assign: by what is done',
  'profile.assign.done.': 'src/features/profile/ui/assign: by what is done',
  'profile.report.changes.': 'src/features/profile/ui/assign/report.tsx: by what is done',
  'profile.report.nothing.': 'src/features/profile/ui/assign/report.tsx: by what is done',
  'profile.report.already.': 'src/features/profile/ui/assign/report.tsx: by what is done',
  'profile.report.misfit.': 'by why a terminal does not fit: MISFITS of src/features/profile/lists.ts',
  'profile.swap.warning.': 'by the code of a warning: SWAP_WARNINGS of src/features/profile/lists.ts',
  'connections.already.': 'src/features/profile/ui/connect/connection-report.tsx: by what is done',
  'connections.changes.': 'src/features/profile/ui/connect/connection-report.tsx: by what is done',
  'connections.do.': 'src/features/profile/ui/connect/connect-page.tsx: by what is done',
  'connections.nothing.': 'src/features/profile/ui/connect/connection-report.tsx: by what is done',
  'rollouts.fact.': 'src/features/updates/rollouts/ui: by what is brought',
  'sets.appState.': 'src/features/apps/delivery/ui/app-table.tsx: by how an application stands',
  'sets.form.wants.': 'src/features/apps/sets/ui/line-row.tsx: by what is wanted',
  'sets.now.': 'by what a set comes to: OUTCOMES of src/features/updates/rules/lists.ts',
  'sets.obstacle.': 'by why: OBSTACLES of src/features/apps/sets/lists.ts',
  'sets.outcome.': 'by what a set comes to: OUTCOMES, as above',
  'sets.reason.': 'src/features/apps/sets/ui/words.ts: by why',
  'sets.short.': 'src/features/apps/sets/ui/words.ts: by why',
  'alerts.sentence.': ALERT_WORDS,
  'alerts.many.': ALERT_WORDS,
  'alerts.kind.': ALERT_WORDS,
  'alerts.advice.': ALERT_WORDS,
  'alerts.state.': ALERT_WORDS,
  'alerts.severity.': ALERT_WORDS,
  'alerts.event.': ALERT_WORDS,
  'alerts.detail.': ALERT_WORDS,
  'alerts.mailError.': ALERT_WORDS,
  'alerts.rules.thresholdIn.': 'src/features/alerts/ui/rules/rule-dialog.tsx: by the unit',
  'alerts.rules.field.': 'src/features/alerts/ui/rules/rule-dialog.tsx: by the field',
  'alerts.rules.hint.': 'src/features/alerts/ui/rules/rule-dialog.tsx: by the field',
  'alerts.rules.percent': 'src/features/alerts/ui/rules/words.ts: by the unit',
  'alerts.rules.mebibytes': 'src/features/alerts/ui/rules/words.ts: by the unit',
  'alerts.rules.days': 'src/features/alerts/ui/rules/words.ts: by the unit',
  'alerts.rules.runs': 'src/features/alerts/ui/rules/words.ts: by the unit',
  'alerts.acknowledge.left.': 'src/features/alerts/ui/acknowledge-dialog.tsx: by the outcome',
  'posLog.kind.': 'src/features/monitoring/pos-log/ui/words.ts: by the name of the message',
  'posLog.code.': 'src/features/monitoring/pos-log/ui/words.ts: by the code of the problem',
  'posLog.preset.': 'src/features/monitoring/pos-log/ui/filters.tsx: by the period',
  'posLog.result.': 'src/features/monitoring/pos-log/ui/filters.tsx: by the result',
  'ecrLogs.size.': 'src/features/monitoring/ecr-logs/ui/logs-page.tsx: by the span of sizes',
  'slips.search.preset.': 'src/features/eslips/browse/ui/search-form.tsx: by the period',
  'slips.mark.': 'src/features/eslips/browse/ui: by the mark',
  'slips.export.': 'src/features/eslips/browse/ui/export-menu.tsx: by the format',
  'slips.page.history_': 'src/features/eslips/browse/ui/slip-history.tsx: by what happened',
  'slips.page.pdf': 'src/features/eslips/browse/ui/slip-actions.tsx: by the format',
  'slips.page.txt': 'src/features/eslips/browse/ui/slip-actions.tsx: by the format',
  'slips.emv.': 'src/features/eslips/browse/ui/emv-facts.tsx: by the field',
  'slips.cryptogram.': 'src/features/eslips/browse/ui/emv-facts.tsx: by the type',
  'slips.bit.': 'src/features/eslips/browse/ui/emv-facts.tsx: by the bit',
  'archive.verify.problem.': 'src/features/eslips/archive/ui/verification.tsx: by what is wrong',
  'system.settings.meaning.': 'src/features/system/ui/settings-page.tsx: by the variable',
  'system.source.': 'src/features/system/ui: by where a setting comes from',
  'system.room.': 'src/features/system/ui: by the room of settings',
  'system.state.': 'src/features/system/ui: by the state',
  'system.check.': 'src/features/system/ui: by what is looked at',
  'system.finding.': 'src/features/system/ui: by what came out',
  'updates.explain.outcome.': 'by what a rule comes to for one terminal: OUTCOMES, as below',
  'updates.outcome.': 'by what a rule comes to: OUTCOMES of src/features/updates/rules/lists.ts',
  'updates.reasonWithin.': 'src/features/updates/rules/ui/reason-words.ts: the same for who sees a part',
  'updates.reason.': 'by why: REASONS of src/features/updates/rules/lists.ts',
  'updates.warning.': 'by the code of a warning: RULE_WARNINGS of src/features/updates/rules/lists.ts',
  'rules.weekday.': 'by the day: WEEKDAYS of src/features/updates/rules/lists.ts',
  'rules.why.': 'by why: REASONS of src/features/updates/rules/lists.ts',
  'rules.dryRun.whom.': 'src/features/updates/rules/ui/audience.tsx: by for whom',
  'updates.fault.': 'by the fault of a step: STEP_FAULTS of src/features/updates/rules/lists.ts',
  'fleet.state.': WORDS,
  'fleet.connectivity.': WORDS,
  'fleet.licenseState.': WORDS,
  'fleet.mismatch.': WORDS,
  'fleet.cardSource.': WORDS,
  'fleet.actionKind.': WORDS,
  'fleet.actionState.': WORDS,
  'fleet.reason.': WORDS,
  'fleet.field.': WORDS,
  'fleet.importField.': WORDS,
  'fleet.importIssue.': WORDS,
  'fleet.importRule.': WORDS,
  'fleet.skipped.': WORDS,
  'fleet.printer.': WORDS,
  'fleet.network.': WORDS,
  'fleet.act.': 'src/features/terminals/ui/state-actions.ts: by the action',
  'fleet.bulk.kind.': 'src/features/monitoring/status/ui/bulk-menu.tsx: by the kind of change',
  'fleet.bulk.text.': 'src/features/monitoring/status/ui/bulk-dialog.tsx: by the kind of change',
  'fleet.live.': 'src/features/monitoring/status/ui/live-badge.tsx: by the state of the stream',
}

/** Names that are the same in every language. */
const KEPT = ['psManager', 'Eslip', 'GPRS']

type Words = { readonly [Key: string]: string | Words }
const isPlural = (words: string | Words): words is Words =>
  typeof words === 'object' && typeof words.other === 'string'

function entries(words: Words, path = ''): [key: string, text: string | Words][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' || isPlural(value)
      ? [[path + key, value] as [string, string | Words]]
      : entries(value, `${path}${key}.`),
  )
}

const placeholders = (text: string) =>
  (text.match(/\{\{\s*\w+\s*\}\}/g) ?? []).map((one) => one.replace(/\s/g, ''))
const allTexts = (value: string | Words): string[] =>
  typeof value === 'string' ? [value] : (Object.values(value) as string[])

describe('the dictionaries', () => {
  const english = new Map(entries(en))

  it.each(LOCALES)('%s has every text, none of them empty', (locale) => {
    const texts = new Map(entries(dictionaries[locale]))
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [key, value] of texts)
      for (const text of allTexts(value)) expect(text.trim(), key).not.toBe('')
  })

  it.each(LOCALES)('%s has each plural in all forms the language knows', (locale) => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
    for (const [key, value] of entries(dictionaries[locale]))
      if (isPlural(value)) expect(Object.keys(value).sort(), key).toEqual([...forms].sort())
  })

  it.each(LOCALES)('%s puts the same values into each text as English', (locale) => {
    for (const [key, value] of entries(dictionaries[locale])) {
      const wanted = new Set(allTexts(english.get(key) ?? '').flatMap(placeholders))
      for (const text of allTexts(value))
        expect([...wanted], key).toEqual(expect.arrayContaining(placeholders(text)))
      if (typeof value === 'string') expect(new Set(placeholders(value)), key).toEqual(wanted)
    }
  })

  it('Russian is written in Russian', () => {
    for (const [key, value] of entries(ru))
      for (const text of allTexts(value)) {
        const words = text.replace(/\{\{[^}]*\}\}/g, '')
        if (/[A-Za-z]{4,}/.test(words) && !/[а-яё]/i.test(words)) expect(KEPT, key).toContain(words)
      }
  })

  it('has no text that nobody shows', () => {
    const quoted = new Set<string>()
    // Looked ahead, not taken: a quote may end one text and begin the next.
    for (const [path, code] of readTexts('src'))
      if (!/^src\/i18n\/(en|ru)\//.test(path))
        for (const [, text] of code.matchAll(/'(?=([^'\n]+)')/g)) quoted.add(text as string)
    const prefixes = Object.keys(LOOKED_UP)
    const unused = [...english.keys()].filter(
      (key) => !quoted.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
    )
    expect(unused).toEqual([])
  })
})
