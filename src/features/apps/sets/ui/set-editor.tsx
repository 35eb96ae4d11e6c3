import { createEffect, createMemo, createSignal, createUniqueId, on, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { guardLeaving } from '../../../../app/leave-guard'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { createForm, Form } from '../../../../ui/form'
import { refusalOf } from '../../../../ui/form/refusal'
import { ConflictNote } from '../../../updates/rules/ui/conflict-note'
import type { SetView } from '../schemas'
import { setPath } from './places'
import { SetFieldsView } from './set-fields'
import { draftOf, SetForm, setOf, triedSet } from './set-form'
import { SetPreview } from './set-preview'

/** Somebody was faster: who, when, and the edition that stands now. */
interface Conflict {
  by: string
  at: string
  edition: number
}

/** The form of a set, new or saved, and beside it what the set as it is typed would do. */
export function SetEditor(props: {
  saved?: SetView
  onSaved(set: SetView): void
  /** Asks anew for the set as it is on the server. */
  onStale(): Promise<SetView | undefined>
}) {
  const { t, format } = useI18n()
  const id = createUniqueId()
  const [base, setBase] = createSignal(props.saved)
  const [conflict, setConflict] = createSignal<Conflict>()
  const form = createForm({
    schema: SetForm,
    initial: draftOf(props.saved),
    submit: (values) => save(setOf(values)),
  })
  const isDirty = createMemo(() => JSON.stringify(form.values) !== JSON.stringify(draftOf(base())))

  const take = (set: SetView) => {
    setBase(set)
    setConflict(undefined)
    form.reset(draftOf(set))
  }
  const save = async (set: ReturnType<typeof setOf>) => {
    const before = base()
    try {
      const after =
        before === undefined
          ? await api.appSets.create.run(set)
          : await api.appSets.update.run({ ...set, setId: before.id, edition: before.edition })
      take(after)
      props.onSaved(after)
    } catch (error) {
      const { code, values } = refusalOf(error)
      if (code !== 'app_set_changed') throw error
      setConflict({ by: String(values.by), at: String(values.at), edition: Number(values.edition) })
    }
  }
  const keepMine = () => {
    const [before, at] = [base(), conflict()]
    if (before === undefined || at === undefined) return
    setBase({ ...before, edition: at.edition })
    setConflict(undefined)
    void form.submit()
  }
  const takeTheirs = async () => {
    const set = await props.onStale()
    if (set !== undefined) take(set)
  }
  // What others save comes in by itself as long as nothing is lost by it.
  createEffect(
    on(
      () => props.saved,
      (set) => {
        if (set !== undefined && set.edition !== base()?.edition && !isDirty()) take(set)
      },
      { defer: true },
    ),
  )
  guardLeaving(() =>
    isDirty()
      ? { title: t('rules.page.leaveTitle'), text: t('sets.form.leaveText'), action: t('rules.page.leave') }
      : undefined,
  )
  const tried = createMemo(() => triedSet(form.values))
  const isNew = props.saved === undefined
  return (
    <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
      <Form form={form} id={id} class="min-w-0">
        <Show when={conflict()}>
          {(found) => (
            <ConflictNote
              title={t('sets.form.conflictTitle', { by: found().by, at: format.dateTime(found().at) })}
              href={setPath(base()?.id ?? '')}
              isBusy={form.isSubmitting()}
              onTake={() => void takeTheirs()}
              onKeep={keepMine}
            />
          )}
        </Show>
        <SetFieldsView form={form} />
      </Form>
      <div class="space-y-4 lg:sticky lg:top-4">
        <SetPreview set={base()} change={tried()} />
        <Show when={!isNew}>
          <p class="text-sm text-pretty text-muted">
            {t(form.values.goesInWaves ? 'sets.form.saveWaits' : 'sets.form.saveGoes')}
          </p>
        </Show>
        <Button
          type="submit"
          form={id}
          look="primary"
          class="w-full"
          isBusy={form.isSubmitting()}
          disabled={!isNew && !isDirty()}
        >
          {t(isNew ? 'sets.form.create' : 'rules.page.save')}
        </Button>
      </div>
    </div>
  )
}
