import ArrowRight from 'lucide-solid/icons/arrow-right'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { For, Show } from 'solid-js'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Facts } from '../../../../ui/facts'
import { useMerchantOf } from '../../../terminals/ui/places'
import { StateBadge } from '../../../terminals/ui/state-badge'
import { usePlatforms } from '../../../terminals/ui/words'
import { tidName } from '../words'

export type Preview = Outputs['swaps']['preview']
type Side = Preview['old']

/** What a swap would move, and what is worth a look before. */
export function SwapPreview(props: { preview: Preview }) {
  const { t, tn, format } = useI18n()
  const moves = () => props.preview.moves
  const rules = () => props.preview.rules
  const merchant = useMerchantOf(() => moves().merchantId ?? undefined)
  return (
    <div class="space-y-5">
      <div class="grid items-stretch gap-2 sm:grid-cols-[1fr_auto_1fr] sm:gap-3">
        <SideBox title={t('profile.swap.old')} side={props.preview.old} after={t('profile.swap.oldAfter')} />
        <ArrowRight
          class="size-5 self-center justify-self-center text-muted max-sm:rotate-90"
          aria-hidden="true"
        />
        <SideBox
          title={t('profile.swap.new')}
          side={props.preview.new}
          after={t(props.preview.needsEnrolment ? 'profile.swap.newEnrols' : 'profile.swap.newWorks')}
        />
      </div>
      <Warnings preview={props.preview} />
      <Facts
        class="xl:!grid-cols-2"
        facts={[
          { name: t('fleet.fact.tid'), value: moves().tids.map(tidName).join(', ') },
          {
            name: t('profile.swap.rules'),
            value:
              rules().length === 0
                ? t('profile.swap.noRules')
                : rules()
                    .map(({ name }) => name)
                    .join(', '),
          },
          { name: t('fleet.fact.merchant'), value: merchant()?.label },
          {
            name: t('fleet.fact.groups'),
            value: tn('profile.swap.groups', moves().groups),
          },
          { name: t('fleet.fact.address'), value: moves().address },
          { name: t('fleet.fact.timeZone'), value: moves().timeZone ?? t('profile.settings.zoneDefault') },
          {
            name: t('fleet.fact.interval'),
            value:
              moves().checkInIntervalSeconds === null
                ? t('fleet.form.intervalDefault')
                : format.duration(moves().checkInIntervalSeconds ?? 0),
          },
        ]}
      />
      <p class="text-sm text-pretty text-muted">{t('profile.swap.keys')}</p>
    </div>
  )
}

function SideBox(props: { title: string; side: Side; after: string }) {
  const { t } = useI18n()
  const platforms = usePlatforms()
  return (
    <div class="min-w-0 rounded-lg bg-raised px-4 py-3 text-sm">
      <p class="text-xs text-muted">{props.title}</p>
      <p class="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1">
        <span class="digits text-base font-semibold break-all">{props.side.serial}</span>
        <StateBadge state={props.side.state} />
      </p>
      <p class="break-words text-muted">
        {[platforms.nameOf(props.side.platform), props.side.model].filter(Boolean).join(' · ')}
      </p>
      <Show when={props.side.licences}>
        {(licences) => (
          <p class="digits mt-1 break-words">
            {t('profile.swap.licences')}:{' '}
            {licences()
              .map(({ product, licId }) => product || licId)
              .join(', ') || t('profile.swap.noLicences')}
          </p>
        )}
      </Show>
      <p class="mt-2 text-pretty text-muted">{props.after}</p>
    </div>
  )
}

function Warnings(props: { preview: Preview }) {
  const { t } = useI18n()
  const words = (code: Preview['warnings'][number]) => {
    const missing = props.preview.missingProducts ?? []
    return code === 'licence_missing' && missing.length > 0
      ? t('profile.swap.missingProducts', { products: missing.join(', ') })
      : t(`profile.swap.warning.${code}`)
  }
  return (
    <Show when={props.preview.warnings.length > 0}>
      <ul class="space-y-1.5 rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm">
        <For each={props.preview.warnings}>
          {(code) => (
            <li class="flex gap-2.5">
              <TriangleAlert class="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
              <span class="min-w-0 text-pretty">{words(code)}</span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
