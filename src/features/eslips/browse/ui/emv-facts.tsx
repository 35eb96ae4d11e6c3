import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import type { Slip } from '../../ingest/schemas'
import { cryptogramOf, type EmvBit, tsiBits, tvrBits } from './emv'

type Emv = NonNullable<Slip['emv']>

const PLAIN = ['aid', 'label', 'preferredName', 'ac', 'atc', 'un', 'iad', 'panSeq'] as const

/** The data of the chip, its bits said in words. */
export function EmvFacts(props: { emv: Emv }) {
  const { t } = useI18n()
  return (
    <Card title={t('slips.emv.title')}>
      <dl class="grid gap-x-8 gap-y-4 text-sm sm:grid-cols-2">
        <For each={PLAIN}>
          {(name) => (
            <Show when={props.emv[name]}>
              {(value) => <Entry name={t(`slips.emv.${name}`)}>{value()}</Entry>}
            </Show>
          )}
        </For>
        <Show when={props.emv.acType}>
          {(acType) => (
            <Entry name={t('slips.emv.acType')}>
              {acType()}
              <Show when={cryptogramOf(acType())}>
                {(name) => (
                  <span class="font-sans text-muted">{` – ${t(`slips.cryptogram.${name()}`)}`}</span>
                )}
              </Show>
            </Entry>
          )}
        </Show>
        <Show when={props.emv.tvr}>
          {(hex) => (
            <Entry name={t('slips.emv.tvr')} isWide>
              {hex()}
              <Bits bits={tvrBits(hex())} />
            </Entry>
          )}
        </Show>
        <Show when={props.emv.tsi}>
          {(hex) => (
            <Entry name={t('slips.emv.tsi')} isWide>
              {hex()}
              <Bits bits={tsiBits(hex())} />
            </Entry>
          )}
        </Show>
      </dl>
    </Card>
  )
}

function Entry(props: { name: string; isWide?: boolean; children: JSX.Element }) {
  return (
    <div class={props.isWide ? 'min-w-0 sm:col-span-2' : 'min-w-0'}>
      <dt class="text-xs text-muted">{props.name}</dt>
      <dd class="mt-0.5 font-mono break-words">{props.children}</dd>
    </div>
  )
}

function Bits(props: { bits: readonly EmvBit[] | undefined }) {
  const { t } = useI18n()
  return (
    <div class="mt-1.5 font-sans">
      <Switch>
        <Match when={props.bits === undefined}>
          <p class="text-xs text-warn">{t('slips.emv.unreadable')}</p>
        </Match>
        <Match when={props.bits?.length === 0}>
          <p class="text-xs text-muted">{t('slips.emv.noBits')}</p>
        </Match>
        <Match when={true}>
          <ul class="space-y-1">
            <For each={props.bits}>
              {(bit) => (
                <li class="flex items-baseline gap-2">
                  <code class="shrink-0 rounded bg-raised px-1.5 py-0.5 font-mono text-xs text-muted">
                    {bit.place}
                  </code>
                  {t(`slips.bit.${bit.name}`)}
                </li>
              )}
            </For>
          </ul>
        </Match>
      </Switch>
    </div>
  )
}
