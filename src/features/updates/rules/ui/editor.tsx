import { createEffect, createMemo, createSignal, createUniqueId, type JSX, on, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { createForm, Form } from '../../../../ui/form'
import { refusalOf } from '../../../../ui/form/refusal'
import type { FormOptions } from '../../../../ui/form/state'
import { ConflictNote } from './conflict-note'

/** Somebody was faster: who, when, and how often it has been changed by now. */
interface Conflict {
  by: string
  at: string
  count: number
}

/**
 * The form of something that several may change, new or saved. What others save meanwhile comes in by itself as long as nothing is lost
 * by it; where it came first, it is asked whose stands.
 */
export function createEditor<Saved extends object, Draft extends object, Values>(options: {
  schema: FormOptions<Draft, Values>['schema']
  /** As it is on the server; undefined where it is new. */
  saved(): Saved | undefined
  draftOf(saved: Saved | undefined): Draft
  /** The field that counts its changes, there and in the refusal. */
  count: keyof Saved & string
  /** The refusal of what was changed by another meanwhile. */
  changedCode: string
  /** Creates it, or changes what it was before; undefined where that cannot be. */
  save(values: Values, before: Saved | undefined): Promise<Saved | undefined>
  onSaved(saved: Saved): void
  /** Asks anew for it as it is on the server. */
  onStale(): Promise<Saved | undefined>
}) {
  const [base, setBase] = createSignal(options.saved())
  const [conflict, setConflict] = createSignal<Conflict>()
  const form = createForm<Draft, Values>({
    schema: options.schema,
    initial: options.draftOf(options.saved()),
    submit: (values) => save(values),
  })
  const isDirty = createMemo(() => JSON.stringify(form.values) !== JSON.stringify(options.draftOf(base())))
  const take = (saved: Saved) => {
    setBase(() => saved)
    setConflict(undefined)
    form.reset(options.draftOf(saved))
  }
  const save = async (values: Values) => {
    try {
      const after = await options.save(values, base())
      if (after === undefined) return
      take(after)
      options.onSaved(after)
    } catch (error) {
      const { code, values: told } = refusalOf(error)
      if (code !== options.changedCode) throw error
      setConflict({ by: String(told.by), at: String(told.at), count: Number(told[options.count]) })
    }
  }
  createEffect(
    on(
      options.saved,
      (saved) => {
        if (saved !== undefined && saved[options.count] !== base()?.[options.count] && !isDirty()) take(saved)
      },
      { defer: true },
    ),
  )
  return {
    form,
    base,
    isDirty,
    conflict,
    isNew: options.saved() === undefined,
    keepMine() {
      const [before, at] = [base(), conflict()]
      if (before === undefined || at === undefined) return
      setBase(() => ({ ...before, [options.count]: at.count }))
      setConflict(undefined)
      void form.submit()
    },
    async takeTheirs() {
      const saved = await options.onStale()
      if (saved !== undefined) take(saved)
    },
  }
}

/** Such a form, who was faster above it, and beside it what it would do and the button that saves it. */
export function EditorFrame<Saved extends object, Draft extends object, Values>(props: {
  editor: ReturnType<typeof createEditor<Saved, Draft, Values>>
  conflictTitle(by: string, at: string): string
  /** Where it is shown as it is saved now. */
  href: string
  aside: JSX.Element
  action: string
  children: JSX.Element
}) {
  const { format } = useI18n()
  const id = createUniqueId()
  const { form } = props.editor
  return (
    <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
      <Form form={form} id={id} class="min-w-0">
        <Show when={props.editor.conflict()}>
          {(found) => (
            <ConflictNote
              title={props.conflictTitle(found().by, format.dateTime(found().at))}
              href={props.href}
              isBusy={form.isSubmitting()}
              onTake={() => void props.editor.takeTheirs()}
              onKeep={props.editor.keepMine}
            />
          )}
        </Show>
        {props.children}
      </Form>
      <div class="space-y-4 lg:sticky lg:top-4">
        {props.aside}
        <Button
          type="submit"
          form={id}
          look="primary"
          class="w-full"
          isBusy={form.isSubmitting()}
          disabled={!props.editor.isNew && !props.editor.isDirty()}
        >
          {props.action}
        </Button>
      </div>
    </div>
  )
}
