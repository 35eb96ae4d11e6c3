import { useQueryClient } from '@tanstack/solid-query'
import { createEffect, createSignal, For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Checkbox } from '../../../../ui/choice-field'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { TextField } from '../../../../ui/field'
import { refusalOf } from '../../../../ui/form/refusal'
import { Skeleton } from '../../../../ui/skeleton'
import { useToasts } from '../../../../ui/toast'
import type { TerminalChange } from '../../../terminals/schemas'
import { IntervalField } from '../../../terminals/ui/interval-field'
import { findGroups, findMerchants } from '../../../terminals/ui/places'
import { TimeZoneField } from '../../../terminals/ui/time-zone-field'
import { useWord } from '../../../terminals/ui/words'
import type { StatusFilter } from '../schemas'
import { type BulkKind, DANGEROUS } from './bulk-menu'

export type BulkTarget = { terminalIds: string[] } | { filter: StatusFilter }
export interface BulkWork {
  kind: BulkKind
  target: BulkTarget
}
type Report = Outputs['status']['previewBulk']

/** From so many on, a dangerous change wants the number typed. */
const TYPED_FROM = 10

/** A change of many terminals: what it would do is said first, and it is done as it was said or not at all. */
export function BulkDialog(props: { work: BulkWork | undefined; onClose: () => void; onDone: () => void }) {
  return (
    <Show when={props.work} keyed>
      {(work) => <Bulk work={work} onClose={props.onClose} onDone={props.onDone} />}
    </Show>
  )
}

function Bulk(props: { work: BulkWork; onClose: () => void; onDone: () => void }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const queries = useQueryClient()
  const toasts = useToasts()
  const [place, setPlace] = createSignal<ComboOption | null>(null)
  const [seconds, setSeconds] = createSignal('')
  const [zone, setZone] = createSignal('')
  const [mayRedirect, setMayRedirect] = createSignal(true)
  const [report, setReport] = createSignal<Report>()
  const [error, setError] = createSignal<unknown>()
  const [isBusy, setBusy] = createSignal(false)
  const [isMoved, setMoved] = createSignal(false)
  const [typed, setTyped] = createSignal('')

  const change = (): TerminalChange | undefined => {
    const { kind } = props.work
    if (kind === 'setMerchant') return { kind, merchantId: place()?.value ?? null }
    if (kind === 'setInterval') return { kind, seconds: seconds() === '' ? null : Number(seconds()) }
    if (kind === 'setTimeZone') return { kind, timeZone: zone() === '' ? null : zone() }
    if (kind === 'setRedirect') return { kind, mayRedirect: mayRedirect() }
    if (kind !== 'addToGroup' && kind !== 'removeFromGroup') return { kind }
    const group = place()
    return group === null ? undefined : { kind, groupId: group.value }
  }
  let asked = 0
  const preview = async () => {
    const wanted = change()
    asked += 1
    const own = asked
    setReport(undefined)
    setError(undefined)
    if (wanted === undefined) return
    try {
      const found = await api.status.previewBulk.fetch({ target: props.work.target, change: wanted })
      if (own === asked) setReport(found)
    } catch (thrown) {
      if (own === asked) setError(thrown)
    }
  }
  createEffect(() => {
    change()
    void preview()
  })
  const apply = async () => {
    const agreed = report()
    const wanted = change()
    if (agreed === undefined || wanted === undefined) return
    setBusy(true)
    try {
      const done = await api.status.applyBulk.run({
        target: props.work.target,
        change: wanted,
        expectedTerminals: agreed.terminals,
      })
      toasts.show({ kind: 'good', title: tn('fleet.bulk.done', done.willChange) })
      void queries.invalidateQueries({ queryKey: api.status.key() })
      void queries.invalidateQueries({ queryKey: api.terminals.key() })
      props.onDone()
    } catch (thrown) {
      if (refusalOf(thrown).code !== 'target_changed') return setError(thrown)
      setMoved(true)
      setTyped('')
      await preview()
    } finally {
      setBusy(false)
    }
  }
  const mustType = () => DANGEROUS.includes(props.work.kind) && (report()?.willChange ?? 0) >= TYPED_FROM
  const isBlocked = () => {
    const count = report()?.willChange ?? 0
    return count === 0 || (mustType() && typed().trim() !== String(count))
  }

  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={t(`fleet.bulk.kind.${props.work.kind}`)}
      description={t(`fleet.bulk.text.${props.work.kind}`)}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui.cancel')}</Button>
          <Button
            look={DANGEROUS.includes(props.work.kind) ? 'danger' : 'primary'}
            disabled={isBlocked()}
            isBusy={isBusy()}
            onClick={() => void apply()}
          >
            {tn('fleet.bulk.apply', report()?.willChange ?? 0)}
          </Button>
        </>
      }
    >
      <div class="space-y-5">
        <Switch>
          <Match when={props.work.kind === 'addToGroup' || props.work.kind === 'removeFromGroup'}>
            <ComboField
              label={t('fleet.fact.group')}
              isRequired
              load={findGroups}
              value={place()}
              onInput={setPlace}
            />
          </Match>
          <Match when={props.work.kind === 'setMerchant'}>
            <ComboField
              label={t('fleet.fact.merchant')}
              hint={t('fleet.bulk.noMerchant')}
              load={findMerchants}
              value={place()}
              onInput={setPlace}
            />
          </Match>
          <Match when={props.work.kind === 'setInterval'}>
            <IntervalField label={t('fleet.fact.interval')} value={seconds()} onInput={setSeconds} />
          </Match>
          <Match when={props.work.kind === 'setTimeZone'}>
            <TimeZoneField label={t('fleet.fact.timeZone')} value={zone()} onInput={setZone} />
          </Match>
          <Match when={props.work.kind === 'setRedirect'}>
            <Checkbox label={t('fleet.fact.mayRedirect')} value={mayRedirect()} onInput={setMayRedirect} />
          </Match>
        </Switch>
        <Show when={isMoved()}>
          <p role="status" class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-warn">
            {t('fleet.bulk.moved')}
          </p>
        </Show>
        <Switch>
          <Match when={error()}>
            {(thrown) => <ErrorNote {...failureOf(thrown(), i18n)} onRetry={() => void preview()} />}
          </Match>
          <Match when={report()}>{(shown) => <Preview report={shown()} />}</Match>
          <Match when={change() === undefined}>
            <p class="text-sm text-muted">{t('fleet.bulk.chooseGroup')}</p>
          </Match>
          <Match when={true}>
            <Skeleton lines={3} />
          </Match>
        </Switch>
        <Show when={mustType()}>
          <TextField
            label={t('ui.typeToConfirm', { text: String(report()?.willChange ?? 0) })}
            hint={format.number(report()?.willChange ?? 0)}
            value={typed()}
            onInput={setTyped}
            autocomplete="off"
            inputMode="numeric"
          />
        </Show>
      </div>
    </Dialog>
  )
}

function Preview(props: { report: Report }) {
  const { t, tn, format } = useI18n()
  const word = useWord()
  return (
    <div class="rounded-lg border border-line p-4 text-sm" aria-live="polite">
      <p class="text-muted">{tn('fleet.bulk.chosen', props.report.terminals)}</p>
      <p class="mt-1 text-base font-semibold">{tn('fleet.bulk.willChange', props.report.willChange)}</p>
      <Show when={props.report.sample.length > 0}>
        <p class="digits mt-1 break-words text-muted">
          {props.report.sample.join(', ')}
          {props.report.willChange > props.report.sample.length ? ' …' : ''}
        </p>
      </Show>
      <Show when={props.report.skipped.length > 0}>
        <p class="mt-3 font-medium">{t('fleet.bulk.skipped')}</p>
        <ul class="mt-1 space-y-0.5">
          <For each={props.report.skipped}>
            {(one) => (
              <li class="flex gap-3">
                <span class="digits min-w-10 text-right font-medium">{format.number(one.count)}</span>
                <span class="text-muted">{word('skipped', one.reason)}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  )
}
