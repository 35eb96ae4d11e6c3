import { createMemo } from 'solid-js'
import { api } from '../../../../app/api'
import { guardLeaving } from '../../../../app/leave-guard'
import { useI18n } from '../../../../i18n'
import { rulePath } from '../../packages/ui/places'
import type { RuleView } from '../schemas'
import { createAudience } from './audience'
import { createDryRun } from './dry-run'
import { DryRunPanel } from './dry-run-panel'
import { createEditor, EditorFrame } from './editor'
import { RuleFields } from './rule-fields'
import { draftOf, RuleForm, ruleOf, triedRule } from './rule-form'
import { RuleWarnings } from './rule-warnings'

/** The form of a rule, new or saved, and beside it what the rule as it is typed would do. */
export function RuleEditor(props: {
  saved?: RuleView
  onSaved(rule: RuleView): void
  /** Asks anew for the rule as it is on the server. */
  onStale(): Promise<RuleView | undefined>
}) {
  const { t } = useI18n()
  const editor = createEditor({
    schema: RuleForm,
    saved: () => props.saved,
    draftOf,
    count: 'revision',
    changedCode: 'rule_changed',
    async save(values, before) {
      const rule = ruleOf(values)
      if (rule === undefined) return undefined
      if (before === undefined) return api.updateRules.create.run(rule)
      const { platform: _platform, ...fields } = rule
      return api.updateRules.update.run({ ...fields, ruleId: before.id, revision: before.revision })
    },
    onSaved: (rule) => props.onSaved(rule),
    onStale: () => props.onStale(),
  })
  const { form, base } = editor
  guardLeaving(
    () =>
      editor.isDirty()
        ? {
            title: t('rules.page.leaveTitle'),
            text: t('rules.page.leaveText'),
            action: t('rules.page.leave'),
          }
        : undefined,
    // The filter of the dry-run is kept in the address of the same page.
    ({ to, from }) => String(to).split('?')[0] === from.pathname,
  )

  const ruleId = props.saved?.id
  const audience = createAudience({ saved: props.saved, platform: () => form.values.platform })
  const tried = createMemo(() => triedRule(form.values))
  const dryRun = createDryRun({ ruleId, rule: tried, terminals: audience.terminals })
  const isIncomplete = () => form.values.platform === '' || form.values.steps.length === 0
  return (
    <EditorFrame
      editor={editor}
      conflictTitle={(by, at) => t('rules.page.conflictTitle', { by, at })}
      href={rulePath(ruleId ?? '')}
      action={ruleId === undefined ? t('rules.page.create') : t('rules.page.save')}
      aside={
        <DryRunPanel
          dryRun={dryRun}
          audience={audience}
          canAsk={tried() !== undefined}
          reason={isIncomplete() ? t('rules.dryRun.incomplete') : t('rules.dryRun.wrong')}
        />
      }
    >
      <RuleWarnings warnings={base()?.warnings ?? []} />
      <RuleFields form={form} isSaved={ruleId !== undefined} faultAt={dryRun.faultAt} />
    </EditorFrame>
  )
}
