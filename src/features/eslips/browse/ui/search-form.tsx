import ListFilter from 'lucide-solid/icons/list-filter'
import Search from 'lucide-solid/icons/search'
import X from 'lucide-solid/icons/x'
import { createEffect, createSignal, createUniqueId, on, Show } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Button, IconButton } from '../../../../ui/button'
import { classes } from '../../../../ui/classes'
import { DateField, TextField } from '../../../../ui/field'
import { Segmented } from '../../../../ui/segmented'
import type { TableState } from '../../../../ui/table'
import { FITS, presetOf, SLIP_FILTERS, type SlipFilterName, usualPresetOf } from './filter-state'
import { MORE_FIELDS, MoreFields } from './more-fields'
import { PRESETS, type Preset } from './period'
import { useSlipWords } from './words'

export type Draft = Partial<Record<SlipFilterName, string>>

const NUMBER = /^(amountFrom|amountTo)$/

/** What slips are looked for by. Nothing is asked before Enter or the button, but for a period, which is chosen at once. */
export function SearchForm(props: { state: TableState<SlipFilterName> }) {
  const { t } = useI18n()
  const { field } = useSlipWords()
  const moreId = createUniqueId()
  const inAddress = (): Draft =>
    Object.fromEntries(SLIP_FILTERS.map((name) => [name, props.state.filter(name)]))
  const [draft, setDraft] = createStore<Draft>(inAddress())
  // The Back button, or a link: what is looked for is what is shown.
  createEffect(on(inAddress, (known) => setDraft(reconcile(known)), { defer: true }))
  const [isOpen, setOpen] = createSignal(MORE_FIELDS.some((name) => draft[name] !== undefined))
  const [isTried, setTried] = createSignal(false)

  const isFit = (name: SlipFilterName) => {
    const value = draft[name]?.trim() ?? ''
    if (value === '') return true
    const currency = draft.currency?.toUpperCase()
    return FITS[name]?.(name === 'currency' ? value.toUpperCase() : value, currency || undefined) ?? true
  }
  const typed = { filter: (name: SlipFilterName) => draft[name] }
  const areDaysFit = () => presetOf(typed) !== 'own' || isInOrder(draft)
  const text = (name: SlipFilterName) => ({
    value: draft[name] ?? '',
    onInput: (value: string) => setDraft(name, value),
    ...(isTried() && !isFit(name) ? { error: t(wrongWords(name)) } : {}),
    isCode: true,
    autocomplete: 'off',
  })
  const look = () => {
    setTried(true)
    if (!SLIP_FILTERS.every(isFit) || !areDaysFit()) return
    props.state.setFilters(
      Object.fromEntries(SLIP_FILTERS.map((name) => [name, draft[name]?.trim() || undefined])),
    )
  }
  const preset = () => presetOf(typed)
  const choose = (next: Preset) => {
    setDraft('period', next === usualPresetOf(typed) ? undefined : next)
    if (next === 'own') return
    setDraft({ first: undefined, last: undefined })
    look()
  }
  return (
    <form
      aria-label={t('slips.search.form')}
      class="mb-4 space-y-4 rounded-xl border border-line bg-surface p-4 sm:p-5"
      onSubmit={(event) => {
        event.preventDefault()
        look()
      }}
    >
      <div class="flex flex-wrap items-end gap-3">
        <Segmented
          label={t('slips.search.period')}
          value={preset()}
          segments={PRESETS.map((value) => ({ value, label: t(`slips.search.preset.${value}`) }))}
          onChange={choose}
        />
        <Show when={preset() === 'own'}>
          <DateField
            label={t('slips.search.first')}
            value={draft.first ?? ''}
            onInput={(day) => setDraft('first', day || undefined)}
          />
          <DateField
            label={t('slips.search.last')}
            value={draft.last ?? ''}
            onInput={(day) => setDraft('last', day || undefined)}
            {...(areDaysFit() ? {} : { error: t('slips.search.wrongDays') })}
          />
        </Show>
        <Show when={props.state.filter('terminal')}>
          {(id) => (
            <TerminalChip terminalId={id()} onRemove={() => props.state.setFilter('terminal', undefined)} />
          )}
        </Show>
      </div>
      <div class="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
        <TextField label={field('tid')} maxLength={16} {...text('tid')} />
        <TextField
          label={field('rrn')}
          maxLength={32}
          class="max-md:order-1 max-md:col-span-2"
          {...text('rrn')}
        />
        <TextField label={field('last4')} maxLength={4} inputMode="numeric" {...text('last4')} />
        <TextField
          label={t('slips.search.amountFrom')}
          inputMode="decimal"
          class="max-md:order-2"
          {...text('amountFrom')}
        />
        <TextField
          label={t('slips.search.amountTo')}
          inputMode="decimal"
          class="max-md:order-3"
          {...text('amountTo')}
        />
      </div>
      <div
        id={moreId}
        class={classes('grid gap-3 sm:grid-cols-2 md:grid-cols-3 xl:grid-cols-5', !isOpen() && 'hidden')}
      >
        <MoreFields draft={draft} onInput={(name, value) => setDraft(name, value)} text={text} />
      </div>
      <div class="flex flex-wrap gap-2">
        <Button type="submit" look="primary" icon={<Search class="size-4" aria-hidden="true" />}>
          {t('slips.search.find')}
        </Button>
        <Button
          look="quiet"
          aria-expanded={isOpen()}
          aria-controls={moreId}
          icon={<ListFilter class="size-4" aria-hidden="true" />}
          onClick={() => setOpen(!isOpen())}
        >
          {t(isOpen() ? 'slips.search.fewer' : 'slips.search.more')}
        </Button>
        <Show when={props.state.activeFilters() > 0}>
          <Button
            look="quiet"
            icon={<X class="size-4" aria-hidden="true" />}
            onClick={() => {
              setTried(false)
              setDraft(reconcile({}))
              props.state.clearFilters()
            }}
          >
            {t('slips.search.reset')}
          </Button>
        </Show>
      </div>
    </form>
  )
}

const wrongWords = (name: SlipFilterName) =>
  NUMBER.test(name)
    ? 'slips.search.wrongAmount'
    : name === 'last4'
      ? 'slips.search.wrongLast4'
      : 'slips.search.wrongCurrency'

const isInOrder = ({ first, last }: Draft) => first === undefined || last === undefined || first <= last

function TerminalChip(props: { terminalId: string; onRemove: () => void }) {
  const { t } = useI18n()
  const terminal = useQuery(() => api.terminals.get.query({ terminalId: props.terminalId }))
  return (
    <span class="inline-flex h-9 items-center gap-1 rounded-lg bg-accent-soft pr-1 pl-3 text-sm">
      {t('slips.search.terminal', { serial: terminal.data?.serial ?? '…' })}
      <IconButton
        size="small"
        label={t('slips.search.anyTerminal')}
        icon={<X class="size-4" aria-hidden="true" />}
        onClick={() => props.onRemove()}
      />
    </span>
  )
}
