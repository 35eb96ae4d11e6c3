import { Combobox } from '@kobalte/core/combobox'
import Check from 'lucide-solid/icons/check'
import ChevronDown from 'lucide-solid/icons/chevron-down'
import X from 'lucide-solid/icons/x'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { afterQuiet } from './after-quiet'
import { Spinner } from './button'
import { classes } from './classes'
import { edgeOf, FieldFrame, type FieldProps, useControl } from './field-frame'

export interface ComboOption {
  value: string
  label: string
  /** A second line that tells options of one name apart. */
  hint?: string
}

interface Common {
  /** The options that fit what is typed, best first, a page of them; called anew for every other text. Throwing is told. */
  load: (search: string) => Promise<readonly ComboOption[]>
  placeholder?: string
}
export type ComboFieldProps = FieldProps<ComboOption | null> & Common
export type ComboManyFieldProps = FieldProps<ComboOption[]> & Common

const QUIET_MS = 200

/** One of very many, found by typing. The value is the whole option, so that its label is known before anything is loaded. */
export function ComboField(props: ComboFieldProps) {
  return (
    <Combo
      {...props}
      isMultiple={false}
      value={props.value === null ? [] : [props.value]}
      onInput={(chosen) => props.onInput(chosen[0] ?? null)}
    />
  )
}

/** Several of very many, each a chip that can be removed; Backspace in the empty box removes the last. */
export function ComboManyField(props: ComboManyFieldProps) {
  return <Combo {...props} isMultiple />
}

/**
 * Kobalte's own choice of several keeps the chosen ones in the list and its cursor on the first of them, so that Enter would remove it;
 * here the list has only what is not chosen yet, and Kobalte chooses one at a time.
 */
function Combo(props: FieldProps<ComboOption[]> & Common & { isMultiple: boolean }) {
  const { t, tn } = useI18n()
  const control = useControl(props)
  const { found, state, search, stop } = createSearch((text) => props.load(text))
  let input: HTMLInputElement | undefined
  let isOpen = false
  let typed = ''

  const chosen = createMemo(() => new Set(props.value.map((one) => one.value)))
  const offered = createMemo(() =>
    props.isMultiple ? found().filter((one) => !chosen().has(one.value)) : found(),
  )
  // Kobalte looks a chosen value up among the options, and the search may not have found it.
  const options = createMemo(() => {
    const [own] = props.isMultiple ? [] : props.value
    return own === undefined || found().some((one) => one.value === own.value)
      ? [...offered()]
      : [...offered(), own]
  })
  const type = (text: string) => {
    typed = text
    if (text === '' && !props.isMultiple && props.value.length > 0) props.onInput([])
    if (isOpen) search(text)
  }
  const openOrClose = (isNowOpen: boolean, by?: string) => {
    isOpen = isNowOpen
    if (isNowOpen) search(by === 'input' ? typed : '', true)
    else stop()
  }
  const choose = (option: ComboOption | null) => {
    if (!props.isMultiple) return props.onInput(option === null ? [] : [option])
    if (option === null || chosen().has(option.value)) return
    props.onInput([...props.value, option])
    if (!input || input.value === '') return
    input.value = ''
    input.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }
  const remove = (option: ComboOption) => {
    props.onInput(props.value.filter((one) => one.value !== option.value))
    input?.focus()
  }
  const removeLast = (event: KeyboardEvent) => {
    const last = props.value.at(-1)
    if (props.isMultiple && event.key === 'Backspace' && input?.value === '' && last) remove(last)
  }
  const translations = () => ({
    focusAnnouncement: (text: string, isSelected: boolean) =>
      isSelected ? t('ui.combo.selected', { name: text }) : text,
    countAnnouncement: (count: number) => tn('ui.combo.count', count),
    selectedAnnouncement: (text: string) => t('ui.combo.selected', { name: text }),
    triggerLabel: t('ui.combo.show'),
    listboxLabel: t('ui.combo.list'),
  })

  return (
    <FieldFrame control={control} field={props}>
      <Combobox<ComboOption>
        options={options()}
        optionValue="value"
        optionTextValue="label"
        optionLabel="label"
        defaultFilter={(option) => offered().some((one) => one.value === option.value)}
        allowsEmptyCollection
        closeOnSelection={!props.isMultiple}
        gutter={4}
        value={props.isMultiple ? null : (props.value[0] ?? null)}
        onChange={choose}
        onInputChange={type}
        onOpenChange={openOrClose}
        placeholder={props.isMultiple && props.value.length > 0 ? '' : props.placeholder}
        disabled={props.disabled}
        translations={translations() as never}
        itemComponent={Item}
      >
        <Combobox.Control
          class={classes(
            'flex min-h-10 w-full items-center gap-1.5 rounded-lg border bg-surface pr-1 pl-3 text-ink has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-accent has-disabled:bg-raised pointer-coarse:min-h-11',
            props.isMultiple && 'flex-wrap',
            edgeOf(!!props.error),
          )}
        >
          <Show when={props.isMultiple}>
            <For each={props.value}>{(one) => <Chip option={one} onRemove={() => remove(one)} />}</For>
          </Show>
          <Combobox.Input
            {...control}
            ref={(element) => {
              input = element
            }}
            onKeyDown={removeLast}
            class={classes(
              props.isMultiple ? 'min-w-24' : 'min-w-0 text-ellipsis',
              'h-9 flex-1 bg-transparent text-base outline-none placeholder:text-muted disabled:text-muted sm:text-sm',
            )}
          />
          <Combobox.Trigger
            tabIndex={-1}
            class="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-raised"
          >
            <ChevronDown class="size-4" aria-hidden="true" />
          </Combobox.Trigger>
        </Combobox.Control>
        <Combobox.Portal>
          {/* Without the attribute an open dialog hides the list, which is outside of it, from screen readers. */}
          <Combobox.Content
            data-kb-top-layer=""
            class="z-50 max-w-[calc(100vw-1rem)] rounded-xl border border-line bg-surface p-1.5 text-ink shadow-xl outline-none sm:max-w-lg"
          >
            <Combobox.Listbox class="max-h-64 overflow-y-auto outline-none" />
            <Notes state={state()} isEmpty={offered().length === 0} />
          </Combobox.Content>
        </Combobox.Portal>
      </Combobox>
    </FieldFrame>
  )
}

function Notes(props: { state: SearchState; isEmpty: boolean }) {
  const { t } = useI18n()
  return (
    <p class="px-2.5 py-2 text-sm text-muted empty:hidden" role="status">
      <Show when={props.state === 'loading' && props.isEmpty}>
        <Spinner class="mr-2 align-[-2px]" />
        {t('ui.loading')}
      </Show>
      <Show when={props.state === 'failed'}>{t('ui.combo.failed')}</Show>
      <Show when={props.state === 'loaded' && props.isEmpty}>{t('ui.combo.none')}</Show>
    </p>
  )
}

type SearchState = 'loading' | 'loaded' | 'failed'

/** Loads for the last text only: an answer that comes after a newer question is dropped. */
function createSearch(load: (text: string) => Promise<readonly ComboOption[]>) {
  const [found, setFound] = createSignal<readonly ComboOption[]>([])
  const [state, setState] = createSignal<SearchState>('loading')
  const quiet = afterQuiet(QUIET_MS)
  let asked = 0
  const run = async (text: string) => {
    asked += 1
    const own = asked
    setState('loading')
    try {
      const options = await load(text)
      if (own !== asked) return
      setFound(options)
      setState('loaded')
    } catch {
      if (own !== asked) return
      setFound([])
      setState('failed')
    }
  }
  const search = (text: string, isAtOnce = false) => {
    quiet.stop()
    if (isAtOnce) void run(text.trim())
    else quiet.wait(() => void run(text.trim()))
  }
  return { found, state, search, stop: quiet.stop }
}

function Item(props: { item: { rawValue: ComboOption } }) {
  return (
    <Combobox.Item
      item={props.item as never}
      class="flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-raised pointer-coarse:min-h-11"
    >
      <span class="min-w-0 flex-1">
        <Combobox.ItemLabel class="block wrap-anywhere">{props.item.rawValue.label}</Combobox.ItemLabel>
        <Show when={props.item.rawValue.hint}>
          <Combobox.ItemDescription class="block text-xs wrap-anywhere text-muted">
            {props.item.rawValue.hint}
          </Combobox.ItemDescription>
        </Show>
      </span>
      <Combobox.ItemIndicator>
        <Check class="size-4 text-accent" aria-hidden="true" />
      </Combobox.ItemIndicator>
    </Combobox.Item>
  )
}

function Chip(props: { option: ComboOption; onRemove: () => void }) {
  const { t } = useI18n()
  return (
    <span class="inline-flex max-w-full items-center gap-0.5 rounded-md bg-accent-soft py-0.5 pr-0.5 pl-2 text-sm text-ink">
      <span class="truncate">{props.option.label}</span>
      <button
        type="button"
        class="inline-flex size-6 items-center justify-center rounded-sm hover:bg-surface"
        aria-label={t('ui.combo.remove', { name: props.option.label })}
        onClick={() => props.onRemove()}
      >
        <X class="size-3.5" aria-hidden="true" />
      </button>
    </span>
  )
}
