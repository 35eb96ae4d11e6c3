import CircleAlert from 'lucide-solid/icons/circle-alert'
import Plus from 'lucide-solid/icons/plus'
import { For, Index, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import type { FormState } from '../../../../ui/form/state'
import {
  MOST_WAVES,
  PRESETS,
  type Preset,
  type RolloutDraft,
  type WaveDraft,
  wavesOfPreset,
  withAnotherWave,
  withoutWave,
} from './rollout-form'
import { WaveFields } from './wave-fields'

const PRESET_NAMES = Object.keys(PRESETS) as Preset[]

/** The waves of a rollout to be, in their order; a preset to begin with. */
export function WavesCard(props: {
  form: FormState<RolloutDraft>
  /** What the server says of all of them together, such as that they take too many. */
  refusal: string | undefined
}) {
  const { t } = useI18n()
  const field = props.form.field('waves')
  const waves = () => field.value
  const change = (position: number, values: Partial<WaveDraft>) =>
    field.onInput(waves().map((wave, at) => (at === position ? { ...wave, ...values } : { ...wave })))
  const isChosen = (preset: Preset) =>
    JSON.stringify(shapeOf(waves())) === JSON.stringify(shapeOf(PRESETS[preset]))
  const refusal = () => props.form.errorAt('waves') ?? props.refusal
  return (
    <Card title={t('rollouts.new.waves')}>
      <p class="-mt-3 mb-4 text-sm text-muted">{t('rollouts.new.wavesText')}</p>
      <fieldset class="mb-4">
        <legend class="mb-1.5 text-sm font-medium">{t('rollouts.new.presets')}</legend>
        <div class="flex flex-wrap gap-2">
          <For each={PRESET_NAMES}>
            {(preset) => (
              <Button
                size="small"
                class="pointer-coarse:h-11 aria-pressed:border-accent aria-pressed:bg-accent-soft"
                aria-pressed={isChosen(preset)}
                onClick={() => field.onInput(wavesOfPreset(preset))}
              >
                {t(`rollouts.new.preset.${preset}`)}
              </Button>
            )}
          </For>
        </div>
      </fieldset>
      <ol aria-label={t('rollouts.new.waves')} class="divide-y divide-line rounded-lg border border-line">
        <Index each={waves()}>
          {(wave, position) => (
            <WaveFields
              wave={wave()}
              position={position}
              count={waves().length}
              errorOf={(name) => props.form.errorAt(`waves.${position}.${name}`)}
              onChange={(values) => change(position, values)}
              onBlur={field.onBlur}
              onRemove={() => field.onInput(withoutWave(waves(), position))}
            />
          )}
        </Index>
      </ol>
      <Show when={refusal()}>
        {(text) => (
          <p class="mt-2 flex items-start gap-1.5 text-sm text-danger" role="alert">
            <CircleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            <span>{text()}</span>
          </p>
        )}
      </Show>
      <Show when={waves().length < MOST_WAVES}>
        <Button
          class="mt-3"
          size="small"
          icon={<Plus class="size-4" aria-hidden="true" />}
          onClick={() => field.onInput(withAnotherWave(waves()))}
        >
          {t('rollouts.new.add')}
        </Button>
      </Show>
    </Card>
  )
}

/** What makes a preset: whichever group was chosen. */
const shapeOf = (waves: readonly WaveDraft[]) =>
  waves.map(({ by, size, success, error }) => ({ by, size, success, error }))
