import { A } from '@solidjs/router'
import { Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button, Spinner } from '../../../../ui/button'
import { describeRefusal, type Refusal } from '../../../../ui/form/refusal'
import { ProgressBar } from '../../../../ui/progress-bar'
import type { MakingState } from '../../../../ui/upload'
import { AppIcon } from '../../catalog/ui/app-icon'
import { versionPath } from '../../catalog/ui/places'
import { WarningMarks } from '../../catalog/ui/warnings'
import { labelOf, versionWords } from '../../catalog/ui/words'
import type { TakenVersion } from '../schemas'
import type { Intake } from './intake'
import { OverrideForm } from './override-form'

/** What became of one APK, and what can be done about it. */
export function Outcome(props: {
  intake: Intake
  mayOverride: boolean
  onAgain(reason?: string): Promise<void>
}) {
  const { t } = useI18n()
  const at = <Stage extends Intake['stage']>(stage: Stage) =>
    props.intake.stage === stage ? (props.intake as Extract<Intake, { stage: Stage }>) : undefined
  return (
    <Switch fallback={<p class="text-xs text-muted">{t('applications.upload.queued')}</p>}>
      <Match when={at('working')}>{(state) => <Working making={state().making} />}</Match>
      <Match when={at('taken')}>{(state) => <Taken taken={state().taken} />}</Match>
      <Match when={at('refused')}>
        {(state) => (
          <Refused refusal={state().refusal} mayOverride={props.mayOverride} onAgain={props.onAgain} />
        )}
      </Match>
    </Switch>
  )
}

function Working(props: { making: MakingState }) {
  const { t, format } = useI18n()
  const storing = () => (props.making.stage === 'storing' ? props.making : undefined)
  const share = (of: { storedBytes: number; sizeBytes: number }) =>
    of.sizeBytes === 0 ? 1 : of.storedBytes / of.sizeBytes
  return (
    <div class="space-y-2 text-xs text-muted">
      <p class="flex items-center gap-2">
        <Spinner class="size-3.5" />
        {t(
          props.making.stage === 'interrupted'
            ? 'applications.upload.interrupted'
            : 'applications.upload.checking',
        )}
      </p>
      <Show when={storing()}>
        {(bytes) => (
          <ProgressBar
            label={t('applications.upload.checking')}
            value={share(bytes())}
            words={format.percent(share(bytes()))}
          />
        )}
      </Show>
    </div>
  )
}

function Taken(props: { taken: TakenVersion }) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const version = () => props.taken.version
  const added = () => version().permissionChanges?.added.length ?? 0
  return (
    <div class="flex items-start gap-3">
      <AppIcon url={version().iconUrl} />
      <div class="min-w-0 space-y-1 text-sm">
        <div class="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Badge tone={props.taken.isNew ? 'good' : 'neutral'}>
            {t(props.taken.isNew ? 'applications.upload.taken' : 'applications.upload.known')}
          </Badge>
          <A
            href={versionPath(version())}
            class="rounded font-medium break-words text-accent hover:underline"
          >
            {labelOf(version(), i18n)} {versionWords(version(), i18n)}
          </A>
        </div>
        <p class="text-xs break-all text-muted">{version().package}</p>
        <Show when={version().warnings.length > 0}>
          <WarningMarks warnings={version().warnings} />
        </Show>
        <Show when={props.taken.isNew && version().sets.length > 0}>
          <p class="text-xs">
            {t('applications.upload.followed', {
              sets: version()
                .sets.map((set) => set.name)
                .join(', '),
            })}
          </p>
        </Show>
        <Show when={props.taken.isNew && added() > 0}>
          <p class="text-xs">{tn('applications.upload.newPermissions', added())}</p>
        </Show>
      </div>
    </div>
  )
}

function Refused(props: { refusal: Refusal; mayOverride: boolean; onAgain(reason?: string): Promise<void> }) {
  const i18n = useI18n()
  const { t, lookup } = i18n
  const isOtherSigner = () => props.refusal.code === 'app_signer_differs'
  /** Of `apk_refused` the reason says all. */
  const words = () =>
    (props.refusal.code === 'apk_refused' && lookup(`apk.refusal.${props.refusal.values.why}`)) ||
    describeRefusal(props.refusal, i18n)
  const isPassing = () => props.refusal.code === undefined || props.refusal.code === 'apk_inspection_busy'
  return (
    <div class="space-y-3 text-sm">
      <div class="flex flex-wrap items-start gap-x-2 gap-y-1">
        <Badge tone={isOtherSigner() ? 'warn' : 'danger'}>{t('applications.upload.refused')}</Badge>
        <p class="min-w-48 flex-1 text-pretty break-words">
          {words()}
          <Show when={props.refusal.code === 'apk_refused' && props.refusal.values.detail}>
            {(detail) => <code class="ml-1 font-mono text-xs break-all text-muted">{detail()}</code>}
          </Show>
        </p>
      </div>
      <Show when={isOtherSigner() && props.mayOverride}>
        <OverrideForm onReason={(reason) => props.onAgain(reason)} />
      </Show>
      <Show when={isOtherSigner() && !props.mayOverride}>
        <p class="text-xs text-muted">{t('applications.override.others')}</p>
      </Show>
      <Show when={isPassing()}>
        <Button size="small" onClick={() => void props.onAgain()}>
          {t('applications.upload.again')}
        </Button>
      </Show>
    </div>
  )
}
