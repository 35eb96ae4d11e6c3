import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import { Index, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { Button, IconButton } from '../../../ui/button'
import { TextField } from '../../../ui/field'

export interface TidDraft {
  acquirer: string
  tid: string
  mid: string
}

const TIDS_MAX = 20

/** TIDs of a terminal, one for each acquirer, as rows that can be added and removed. */
export function TidRows(props: {
  value: readonly TidDraft[]
  onInput: (value: TidDraft[]) => void
  /** What is wrong at a path such as `tids.0.tid`. */
  errorAt: (path: string) => string | undefined
}) {
  const { t } = useI18n()
  const change = (index: number, values: Partial<TidDraft>) =>
    props.onInput(props.value.map((one, at) => (at === index ? { ...one, ...values } : { ...one })))
  const remove = (index: number) => props.onInput(props.value.filter((_, at) => at !== index))
  const add = () => props.onInput([...props.value, { acquirer: '', tid: '', mid: '' }])
  return (
    <fieldset class="min-w-0">
      <legend class="mb-1.5 text-sm font-medium">{t('fleet.form.tids')}</legend>
      <p class="mb-2 text-sm text-muted">{t('fleet.form.tidsHint')}</p>
      <div class="space-y-3">
        <Index each={props.value}>
          {(row, index) => (
            <div class="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 rounded-lg border border-line p-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)_auto] sm:border-0 sm:p-0">
              <TextField
                label={t('fleet.fact.tid')}
                class="max-sm:col-span-2"
                isCode
                isRequired
                maxLength={16}
                value={row().tid}
                error={props.errorAt(`tids.${index}.tid`)}
                onInput={(tid) => change(index, { tid })}
              />
              <TextField
                label={t('fleet.fact.mid')}
                class="max-sm:col-span-2"
                isCode
                maxLength={15}
                value={row().mid}
                error={props.errorAt(`tids.${index}.mid`)}
                onInput={(mid) => change(index, { mid })}
              />
              <TextField
                label={t('fleet.fact.acquirer')}
                maxLength={40}
                value={row().acquirer}
                error={props.errorAt(`tids.${index}.acquirer`)}
                onInput={(acquirer) => change(index, { acquirer })}
              />
              <IconButton
                class="mt-6.5"
                label={t('fleet.form.removeTid', { tid: row().tid || String(index + 1) })}
                icon={<Trash class="size-4" aria-hidden="true" />}
                onClick={() => remove(index)}
              />
            </div>
          )}
        </Index>
      </div>
      <Show when={props.value.length < TIDS_MAX}>
        <Button size="small" class="mt-3" icon={<Plus class="size-4" aria-hidden="true" />} onClick={add}>
          {t('fleet.form.addTid')}
        </Button>
      </Show>
    </fieldset>
  )
}
