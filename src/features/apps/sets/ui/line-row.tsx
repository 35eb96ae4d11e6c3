import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { SelectField } from '../../../../ui/field'
import type { PlaceProps } from '../../../../ui/form/ordered'
import { PlaceButtons } from '../../../updates/rules/ui/place-buttons'
import { AppIcon } from '../../catalog/ui/app-icon'
import { WANTS } from '../lists'
import type { LineDraft } from './set-form'
import { appName, versionWords } from './words'

/** One application of a set: what of it is wanted, and its place. */
export function LineRow(props: PlaceProps<LineDraft> & { line: LineDraft; error: string | undefined }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const name = () => appName(props.line, i18n)
  const wants = () => (props.line.appId === null ? WANTS.filter((one) => one === 'absent') : WANTS)
  const setWant = (value: string) => props.onChange({ want: WANTS.find((one) => one === value) ?? 'newest' })
  return (
    <li class="px-4 py-3">
      <div class="flex items-start gap-3">
        <span class="digits grid size-6 shrink-0 place-items-center rounded-full bg-raised text-xs font-medium max-sm:hidden">
          <span class="sr-only">
            {t('sets.form.place', { place: format.number(props.place + 1), name: name() })}
          </span>
          <span aria-hidden="true">{format.number(props.place + 1)}</span>
        </span>
        <AppIcon url={props.line.iconUrl} />
        <div class="min-w-0 flex-1">
          <p class="text-sm font-medium wrap-anywhere">{name()}</p>
          <p class="mt-0.5 text-xs wrap-anywhere text-muted">
            {props.line.label ? props.line.package : t('sets.form.neverUploaded')}
          </p>
        </div>
        <PlaceButtons {...props} name={name()} />
      </div>
      <div class="mt-2 grid gap-x-4 gap-y-2 sm:grid-cols-2 sm:pl-9">
        <SelectField
          label={t('sets.form.want')}
          value={props.line.want}
          options={wants().map((one) => ({ value: one, label: t(`sets.form.wants.${one}`) }))}
          disabled={props.line.appId === null}
          onInput={setWant}
        />
        <Show when={props.line.want === 'version' && props.line.appId}>
          {(appId) => (
            <VersionField appId={appId()} line={props.line} error={props.error} onChange={props.onChange} />
          )}
        </Show>
        <Show when={props.line.want === 'newest' && props.line.newestVersionCode !== null}>
          <p class="self-end pb-2.5 text-sm text-muted">
            {t('sets.form.newestNow', {
              version: versionWords(
                { versionName: props.line.newestVersionName, versionCode: props.line.newestVersionCode },
                i18n,
              ),
            })}
          </p>
        </Show>
      </div>
    </li>
  )
}

const MOST_VERSIONS = 200

function VersionField(props: {
  appId: string
  line: LineDraft
  error: string | undefined
  onChange(values: Partial<LineDraft>): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const versions = useQuery(() => api.appVersions.list.query({ appId: props.appId, limit: MOST_VERSIONS }))
  const known = () => versions.data?.items ?? []
  /** The pinned one is offered though it is not among them: not loaded yet, or deleted. */
  const options = () => {
    const { versionCode, versionName } = props.line
    const all = known().map((one) => ({
      value: String(one.versionCode),
      label: versionWords(one, i18n),
    }))
    if (versionCode === null || all.some(({ value }) => value === String(versionCode))) return all
    return [{ value: String(versionCode), label: versionWords({ versionCode, versionName }, i18n) }, ...all]
  }
  const choose = (value: string) => {
    const chosen = known().find((one) => String(one.versionCode) === value)
    if (chosen !== undefined)
      props.onChange({ versionCode: chosen.versionCode, versionName: chosen.versionName })
  }
  return (
    <SelectField
      label={t('sets.form.version')}
      value={props.line.versionCode === null ? '' : String(props.line.versionCode)}
      options={options()}
      {...(props.error === undefined ? {} : { error: props.error })}
      onInput={choose}
    />
  )
}
