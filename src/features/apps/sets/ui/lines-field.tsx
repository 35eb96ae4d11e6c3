import { createSignal, Index, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { ComboManyField, type ComboOption } from '../../../../ui/combo-field'
import type { FieldState } from '../../../../ui/form/state'
import { HintBox } from '../../../../ui/hint-box'
import { PackageName } from '../schemas'
import { LineRow } from './line-row'
import type { LineDraft } from './set-form'
import { appName, versionWords } from './words'

const SUGGESTED = 50
const NEVER_UPLOADED = {
  ...{ label: null, labelEn: null, labelRu: null, iconUrl: null },
  want: 'absent',
} as const

/** Which applications, in which order, and what of each. */
export function LinesField(props: {
  field: FieldState<LineDraft[]>
  errorAt(path: string): string | undefined
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const [said, setSaid] = createSignal('')
  const found = new Map<string, LineDraft>()
  const lines = () => props.field.value
  const set = (next: LineDraft[]) => props.field.onInput(next)

  const load = async (search: string): Promise<ComboOption[]> => {
    const { items } = await api.apps.list.fetch({ search: search.slice(0, 64), limit: SUGGESTED })
    const chosen = new Set(lines().map((line) => line.package))
    const options = items
      .filter((one) => !chosen.has(one.package))
      .map((one): ComboOption => {
        const { label, labelEn, labelRu } = one
        found.set(one.package, {
          ...{ package: one.package, appId: one.id, label, labelEn, labelRu, iconUrl: one.iconUrl },
          want: 'newest',
          ...{ versionCode: one.newest.versionCode, versionName: one.newest.versionName },
          newestVersionCode: one.newest.versionCode,
          newestVersionName: one.newest.versionName,
        })
        const hint = `${one.package} · ${versionWords(one.newest, i18n)}`
        return { value: one.package, label: appName(one, i18n), hint }
      })
    const isOther = search.includes('.') && PackageName.safeParse(search).success
    if (!isOther || chosen.has(search) || items.some((one) => one.package === search)) return options
    found.set(search, {
      ...{ package: search, appId: null, ...NEVER_UPLOADED },
      ...{ versionCode: null, versionName: null, newestVersionCode: null, newestVersionName: null },
    })
    return [...options, { value: search, label: search, hint: t('sets.form.neverUploaded') }]
  }
  const add = (chosen: readonly ComboOption[]) => {
    const known = new Set(lines().map((line) => line.package))
    const added = chosen.flatMap(({ value }) => found.get(value) ?? [])
    set([...lines(), ...added.filter((one) => !known.has(one.package)).map((one) => ({ ...one }))])
  }
  const change = (place: number, values: Partial<LineDraft>) =>
    set(lines().map((line, at) => (at === place ? { ...line, ...values } : { ...line })))
  const remove = (place: number) => set(lines().filter((_, at) => at !== place))
  const move = (place: number, by: -1 | 1) => {
    const next = [...lines()]
    const [line] = next.splice(place, 1)
    if (line === undefined) return
    next.splice(place + by, 0, line)
    set(next)
    const values = { place: format.number(place + by + 1), all: format.number(next.length) }
    setSaid(t('sets.form.moved', { name: appName(line, i18n), ...values }))
  }

  return (
    <div class="space-y-3">
      <Show when={lines().length > 0} fallback={<HintBox>{t('sets.form.noLines')}</HintBox>}>
        <ol class="divide-y divide-line rounded-lg border border-line" aria-label={t('sets.form.lines')}>
          <Index each={lines()}>
            {(line, place) => (
              <LineRow
                line={line()}
                place={place}
                isLast={place === lines().length - 1}
                error={props.errorAt(`lines.${place}.versionCode`)}
                onChange={(values) => change(place, values)}
                onMove={(by) => move(place, by)}
                onRemove={() => remove(place)}
              />
            )}
          </Index>
        </ol>
      </Show>
      <p class="sr-only" role="status">
        {said()}
      </p>
      <ComboManyField
        label={t('sets.form.add')}
        hint={t('sets.form.addHint')}
        value={[]}
        onInput={add}
        onBlur={props.field.onBlur}
        load={load}
        placeholder={t('sets.form.addPlaceholder')}
      />
    </div>
  )
}
