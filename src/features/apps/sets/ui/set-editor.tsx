import { createMemo, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { guardLeaving } from '../../../../app/leave-guard'
import { useI18n } from '../../../../i18n'
import { createEditor, EditorFrame } from '../../../updates/rules/ui/editor'
import type { SetView } from '../schemas'
import { setPath } from './places'
import { SetFieldsView } from './set-fields'
import { draftOf, SetForm, setOf, triedSet } from './set-form'
import { SetPreview } from './set-preview'

/** The form of a set, new or saved, and beside it what the set as it is typed would do. */
export function SetEditor(props: {
  saved?: SetView
  onSaved(set: SetView): void
  /** Asks anew for the set as it is on the server. */
  onStale(): Promise<SetView | undefined>
}) {
  const { t } = useI18n()
  const editor = createEditor({
    schema: SetForm,
    saved: () => props.saved,
    draftOf,
    count: 'edition',
    changedCode: 'app_set_changed',
    save: (values, before) =>
      before === undefined
        ? api.appSets.create.run(setOf(values))
        : api.appSets.update.run({ ...setOf(values), setId: before.id, edition: before.edition }),
    onSaved: (set) => props.onSaved(set),
    onStale: () => props.onStale(),
  })
  const { form, base, isNew } = editor
  guardLeaving(() =>
    editor.isDirty()
      ? { title: t('rules.page.leaveTitle'), text: t('sets.form.leaveText'), action: t('rules.page.leave') }
      : undefined,
  )
  const tried = createMemo(() => triedSet(form.values))
  return (
    <EditorFrame
      editor={editor}
      conflictTitle={(by, at) => t('sets.form.conflictTitle', { by, at })}
      href={setPath(base()?.id ?? '')}
      action={t(isNew ? 'sets.form.create' : 'rules.page.save')}
      aside={
        <>
          <SetPreview set={base()} change={tried()} />
          <Show when={!isNew}>
            <p class="text-sm text-pretty text-muted">
              {t(form.values.goesInWaves ? 'sets.form.saveWaits' : 'sets.form.saveGoes')}
            </p>
          </Show>
        </>
      }
    >
      <SetFieldsView form={form} />
    </EditorFrame>
  )
}
