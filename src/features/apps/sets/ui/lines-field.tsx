import { Index, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { ComboManyField, type ComboOption } from '../../../../ui/combo-field'
import { createOrdered } from '../../../../ui/form/ordered'
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
  const found = new Map<string, LineDraft>()
  const ordered = createOrdered({
    field: () => props.field,
    keyOf: (line) => line.package,
    moved: (line, place, all) =>
      t('sets.form.moved', {
        name: appName(line, i18n),
        place: format.number(place),
        all: format.number(all),
      }),
  })
  const lines = ordered.items

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
  const add = (chosen: readonly ComboOption[]) =>
    ordered.add(chosen.flatMap(({ value }) => found.get(value) ?? []))

  return (
    <div class="space-y-3">
      <Show when={lines().length > 0} fallback={<HintBox>{t('sets.form.noLines')}</HintBox>}>
        <ol class="divide-y divide-line rounded-lg border border-line" aria-label={t('sets.form.lines')}>
          <Index each={lines()}>
            {(line, place) => (
              <LineRow
                line={line()}
                {...ordered.at(place)}
                error={props.errorAt(`lines.${place}.versionCode`)}
              />
            )}
          </Index>
        </ol>
      </Show>
      <p class="sr-only" role="status">
        {ordered.said()}
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
