import { createMemo, createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { useConfirm } from '../../../../ui/confirm'
import { SelectField } from '../../../../ui/field'
import { usePlatforms } from '../../../terminals/ui/words'
import type { GivenFacts, ImportSession } from './import-session'

/** One answer to many files: the platform of all that do not tell it, and a yes to all replacements. */
export function BulkAnswers(props: { session: ImportSession; onDone: () => void }) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const platforms = usePlatforms()
  const confirm = useConfirm()
  const [platform, setPlatform] = createSignal('')
  const withoutPlatform = createMemo(() =>
    props.session
      .results()
      .filter(({ outcome, missing }) => outcome === 'needs_facts' && missing.includes('platform')),
  )
  const replacing = createMemo(() =>
    props.session
      .results()
      .filter(({ outcome, code }) => outcome === 'needs_confirmation' && code === 'replacement'),
  )
  const isAnswering = () => props.session.results().some((one) => one.isAnswering)
  const confirmAll = async () => {
    const count = replacing().length
    const isSure = await confirm({
      title: tn('license.results.confirmAllTitle', count),
      text: t('license.results.confirmAllText'),
      action: tn('license.results.confirmAll', count),
    })
    if (!isSure) return
    await props.session.confirm(replacing())
    props.onDone()
  }
  const apply = async (event: SubmitEvent) => {
    event.preventDefault()
    if (platform() === '') return
    await props.session.answer(withoutPlatform(), { platform: platform() } as GivenFacts)
    props.onDone()
  }
  return (
    <div class="flex flex-wrap items-end gap-x-6 gap-y-4 not-empty:mb-4">
      <Show when={withoutPlatform().length > 1}>
        <form class="flex flex-wrap items-end gap-2 max-sm:w-full" onSubmit={apply}>
          <SelectField
            class="min-w-72 max-sm:w-full"
            label={tn('license.results.platformForAll', withoutPlatform().length)}
            value={platform()}
            options={platforms.options()}
            placeholder={t('license.results.chooseOne')}
            onInput={setPlatform}
          />
          <Button type="submit" disabled={platform() === ''} isBusy={isAnswering()}>
            {t('license.results.apply')}
          </Button>
        </form>
      </Show>
      <Show when={replacing().length > 1}>
        <Button look="primary" isBusy={isAnswering()} onClick={() => void confirmAll()}>
          {tn('license.results.confirmAll', replacing().length)}
        </Button>
      </Show>
    </div>
  )
}
