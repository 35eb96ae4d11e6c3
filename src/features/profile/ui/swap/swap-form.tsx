import { useSearchParams } from '@solidjs/router'
import { keepPreviousData } from '@tanstack/solid-query'
import { createMemo, createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Checkbox } from '../../../../ui/choice-field'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { ErrorNote } from '../../../../ui/error-note'
import { SelectField, TextField } from '../../../../ui/field'
import { HintBox } from '../../../../ui/hint-box'
import { Waiting } from '../../../../ui/waiting'
import { usePlatforms } from '../../../terminals/ui/words'
import { findTerminals, useTerminalOf } from '../finders'
import { useRefresh } from '../refresh'
import { isNew, replacementFinder, replacementOf, type SwapInput } from './replacement'
import type { SwapResult } from './swap-page'
import { SwapPreview } from './swap-preview'

const NOTHING: SwapInput = { oldTerminalId: '', replacement: { terminalId: '' } }

/** Which terminal is replaced by which, with what moves beside it. */
export function SwapForm(props: { onDone(result: SwapResult): void }) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const platforms = usePlatforms()
  const refresh = useRefresh()
  const [given, setGiven] = useSearchParams<{ old: string }>()
  const old = useTerminalOf(() => given.old)
  const [next, setNext] = createSignal<ComboOption | null>(null)
  const [platform, setPlatform] = createSignal('')
  const [model, setModel] = createSignal('')
  const [reason, setReason] = createSignal('')
  const [issueCode, setIssueCode] = createSignal(true)
  const [isMeant, setMeant] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<unknown>()

  const input = createMemo<SwapInput | undefined>(() => {
    const replacement = replacementOf(next(), { platform: platform(), model: model() })
    return given.old === undefined || replacement === undefined
      ? undefined
      : { oldTerminalId: given.old, replacement }
  })
  const query = useQuery(() => ({
    ...api.swaps.preview.query(input() ?? NOTHING),
    enabled: input() !== undefined,
    placeholderData: keepPreviousData,
  }))
  const preview = () => (input() === undefined || query.isError ? undefined : query.data)
  const isOther = () => preview()?.warnings.includes('other_platform') ?? false
  const mayIssue = () => (preview()?.needsEnrolment ?? false) && session.may('terminals:enroll')
  const isReady = () => preview() !== undefined && !query.isPlaceholderData && (!isOther() || isMeant())
  const change =
    <Value,>(set: (value: Value) => unknown) =>
    (value: Value) => {
      setError(undefined)
      setMeant(false)
      set(value)
    }
  const swap = async () => {
    const wanted = input()
    if (wanted === undefined) return
    setBusy(true)
    setError(undefined)
    try {
      const result = await api.swaps.swap.run({
        ...wanted,
        reason: reason(),
        isOtherPlatformMeant: isMeant(),
        issueCode: mayIssue() && issueCode(),
      })
      refresh()
      setNext(null)
      setGiven({ old: undefined })
      props.onDone(result)
    } catch (thrown) {
      setError(thrown)
      void query.refetch()
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Card>
        <div class="space-y-5">
          <ComboField
            label={t('profile.swap.old')}
            hint={t('profile.swap.oldHint')}
            isRequired
            load={findTerminals}
            value={old()}
            onInput={change((option: ComboOption | null) =>
              setGiven({ old: option?.value }, { scroll: false }),
            )}
          />
          <ComboField
            label={t('profile.swap.new')}
            hint={t('profile.swap.newHint')}
            isRequired
            load={replacementFinder(i18n)}
            value={next()}
            onInput={change(setNext)}
          />
          <Show when={isNew(next())}>
            <div class="grid gap-4 sm:grid-cols-2">
              <SelectField
                label={t('fleet.fact.platform')}
                placeholder={t('profile.swap.asOld')}
                options={platforms.options()}
                value={platform()}
                onInput={change(setPlatform)}
              />
              <TextField
                label={t('fleet.fact.model')}
                placeholder={platform() === '' ? t('profile.swap.asOld') : ''}
                maxLength={100}
                value={model()}
                onInput={setModel}
              />
            </div>
          </Show>
          <TextField
            label={t('profile.swap.reason')}
            hint={t('profile.swap.reasonHint')}
            maxLength={500}
            value={reason()}
            onInput={setReason}
          />
        </div>
      </Card>
      <Card title={t('profile.swap.whatMoves')}>
        <div aria-live="polite" aria-busy={query.isFetching} class="space-y-5">
          <Switch fallback={<HintBox>{t('profile.swap.missing')}</HintBox>}>
            <Match when={input() !== undefined && query.isError}>
              <ErrorNote {...failureOf(query.error, i18n)} onRetry={() => void query.refetch()} />
            </Match>
            <Match when={preview()}>{(shown) => <SwapPreview preview={shown()} />}</Match>
            <Match when={input() !== undefined}>
              <Waiting text={t('profile.report.waiting')} />
            </Match>
          </Switch>
          <Show when={preview()}>
            <div class="space-y-2 border-t border-line pt-4">
              <Show when={isOther()}>
                <Checkbox label={t('profile.swap.otherMeant')} value={isMeant()} onInput={setMeant} />
              </Show>
              <Show when={mayIssue()}>
                <Checkbox
                  label={t('profile.swap.issueCode')}
                  hint={t('profile.swap.issueCodeHint')}
                  value={issueCode()}
                  onInput={setIssueCode}
                />
              </Show>
            </div>
          </Show>
          <Show when={error()}>{(thrown) => <ErrorNote {...failureOf(thrown(), i18n)} />}</Show>
          <Show when={preview()}>
            <Button
              look="primary"
              class="w-full"
              disabled={!isReady()}
              isBusy={isBusy()}
              onClick={() => void swap()}
            >
              {t('profile.swap.action')}
            </Button>
          </Show>
        </div>
      </Card>
    </div>
  )
}
