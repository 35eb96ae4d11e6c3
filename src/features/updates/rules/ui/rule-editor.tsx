import { createEffect, createMemo, createSignal, createUniqueId, on, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { guardLeaving } from '../../../../app/leave-guard'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { createForm, Form } from '../../../../ui/form'
import { refusalOf } from '../../../../ui/form/refusal'
import { rulePath } from '../../packages/ui/places'
import type { RuleView } from '../schemas'
import { createAudience } from './audience'
import { ConflictNote } from './conflict-note'
import { createDryRun } from './dry-run'
import { DryRunPanel } from './dry-run-panel'
import { RuleFields } from './rule-fields'
import { draftOf, RuleForm, ruleOf, triedRule } from './rule-form'
import { RuleWarnings } from './rule-warnings'

/** Somebody was faster: who, when, and the revision that stands now. */
interface Conflict {
  by: string
  at: string
  revision: number
}

/** The form of a rule, new or saved, and beside it what the rule as it is typed would do. */
export function RuleEditor(props: {
  saved?: RuleView
  onSaved(rule: RuleView): void
  /** Asks anew for the rule as it is on the server. */
  onStale(): Promise<RuleView | undefined>
}) {
  const { t, format } = useI18n()
  const id = createUniqueId()
  const [base, setBase] = createSignal(props.saved)
  const [conflict, setConflict] = createSignal<Conflict>()
  const form = createForm({
    schema: RuleForm,
    initial: draftOf(props.saved),
    submit: (values) => save(ruleOf(values), base()?.revision),
  })
  const isDirty = createMemo(() => JSON.stringify(form.values) !== JSON.stringify(draftOf(base())))

  const take = (rule: RuleView) => {
    setBase(rule)
    setConflict(undefined)
    form.reset(draftOf(rule))
  }
  const save = async (rule: ReturnType<typeof ruleOf>, revision: number | undefined) => {
    const before = base()
    if (rule === undefined) return
    try {
      const { platform: _platform, ...fields } = rule
      const after =
        before === undefined || revision === undefined
          ? await api.updateRules.create.run(rule)
          : await api.updateRules.update.run({ ...fields, ruleId: before.id, revision })
      take(after)
      props.onSaved(after)
    } catch (error) {
      const { code, values } = refusalOf(error)
      if (code !== 'rule_changed') throw error
      setConflict({ by: String(values.by), at: String(values.at), revision: Number(values.revision) })
    }
  }
  const keepMine = () => {
    const [before, at] = [base(), conflict()]
    if (before === undefined || at === undefined) return
    setBase({ ...before, revision: at.revision })
    setConflict(undefined)
    void form.submit()
  }
  const takeTheirs = async () => {
    const rule = await props.onStale()
    if (rule !== undefined) take(rule)
  }
  // What others save comes in by itself as long as nothing is lost by it.
  createEffect(
    on(
      () => props.saved,
      (rule) => {
        if (rule !== undefined && rule.revision !== base()?.revision && !isDirty()) take(rule)
      },
      { defer: true },
    ),
  )
  guardLeaving(
    () =>
      isDirty()
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
    <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
      <Form form={form} id={id} class="min-w-0">
        <Show when={conflict()}>
          {(found) => (
            <ConflictNote
              title={t('rules.page.conflictTitle', {
                by: found().by,
                at: format.dateTime(found().at),
              })}
              href={rulePath(ruleId ?? '')}
              isBusy={form.isSubmitting()}
              onTake={() => void takeTheirs()}
              onKeep={keepMine}
            />
          )}
        </Show>
        <RuleWarnings warnings={base()?.warnings ?? []} />
        <RuleFields form={form} isSaved={ruleId !== undefined} faultAt={dryRun.faultAt} />
      </Form>
      <div class="space-y-4 lg:sticky lg:top-4">
        <DryRunPanel
          dryRun={dryRun}
          audience={audience}
          canAsk={tried() !== undefined}
          reason={isIncomplete() ? t('rules.dryRun.incomplete') : t('rules.dryRun.wrong')}
        />
        <Button
          type="submit"
          form={id}
          look="primary"
          class="w-full"
          isBusy={form.isSubmitting()}
          disabled={ruleId !== undefined && !isDirty()}
        >
          {ruleId === undefined ? t('rules.page.create') : t('rules.page.save')}
        </Button>
      </div>
    </div>
  )
}
