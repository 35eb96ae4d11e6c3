import { createEffect, Match, on, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ComboField } from '../../../../ui/combo-field'
import { SelectField, TextArea, TextField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import { CONNECTIVITY } from '../../../monitoring/status/lists'
import { StatusFilters } from '../../../monitoring/status/ui/filters'
import { findGroups, findMerchants } from '../../../terminals/ui/places'
import { useWord } from '../../../terminals/ui/words'
import { CHOICE_KINDS, type ChoiceState } from './choice'
import { ListField } from './list-field'

/** Who is meant: pasted, uploaded, or found by what they have in common. */
export function ChoiceFields(props: { choice: ChoiceState }) {
  const { t } = useI18n()
  const word = useWord()
  return (
    <div class="space-y-4">
      <SelectField
        label={t('profile.assign.whom')}
        value={props.choice.kind()}
        options={CHOICE_KINDS.map((kind) => ({ value: kind, label: t(`profile.assign.by.${kind}`) }))}
        onInput={(value) => props.choice.setKind(CHOICE_KINDS.find((one) => one === value) ?? 'tids')}
      />
      <Switch>
        <Match when={props.choice.kind() === 'tids' || props.choice.kind() === 'serials'}>
          <Pasted choice={props.choice} />
        </Match>
        <Match when={props.choice.kind() === 'csv'}>
          <ListField value={props.choice.sent()} onInput={props.choice.setSent} />
        </Match>
        <Match when={props.choice.kind() === 'range'}>
          <div class="grid gap-4 sm:grid-cols-2">
            <TextField
              label={t('profile.assign.from')}
              isCode
              autocomplete="off"
              value={props.choice.from()}
              onInput={props.choice.setFrom}
            />
            <TextField
              label={t('profile.assign.to')}
              isCode
              autocomplete="off"
              value={props.choice.to()}
              error={props.choice.rangeProblem()}
              onInput={props.choice.setTo}
            />
          </div>
        </Match>
        <Match when={props.choice.kind() === 'group'}>
          <ComboField
            label={t('fleet.fact.group')}
            load={findGroups}
            value={props.choice.group()}
            onInput={props.choice.setGroup}
          />
        </Match>
        <Match when={props.choice.kind() === 'merchant'}>
          <ComboField
            label={t('fleet.fact.merchant')}
            load={findMerchants}
            value={props.choice.merchant()}
            onInput={props.choice.setMerchant}
          />
        </Match>
        <Match when={props.choice.kind() === 'filter'}>
          <SearchField
            label={t('fleet.filter.search')}
            value={props.choice.filter.filter('search') ?? ''}
            onSearch={(text) => props.choice.filter.setFilter('search', text)}
          />
          <div class="flex flex-wrap gap-3">
            <StatusFilters state={props.choice.filter} />
            <SelectField
              class="min-w-30 flex-1 max-sm:min-w-full"
              label={t('fleet.fact.connectivity')}
              placeholder={t('ui.any')}
              options={CONNECTIVITY.map((one) => ({ value: one, label: word('connectivity', one) }))}
              value={props.choice.filter.filter('connectivity') ?? ''}
              onInput={(value) => props.choice.filter.setFilter('connectivity', value)}
            />
          </div>
        </Match>
      </Switch>
      <Show when={props.choice.hasAcquirer()}>
        <TextField
          label={t('profile.assign.acquirer')}
          hint={t('profile.assign.acquirerHint')}
          isCode
          autocomplete="off"
          value={props.choice.acquirer()}
          error={props.choice.isAcquirerWrong() ? t('profile.assign.acquirerWrong') : undefined}
          onInput={props.choice.setAcquirer}
        />
      </Show>
    </div>
  )
}

const WRONG_SHOWN = 5

function Pasted(props: { choice: ChoiceState }) {
  const { t, tn } = useI18n()
  const isTids = () => props.choice.kind() === 'tids'
  const wrong = () => props.choice.names().wrong
  const said = () => {
    const shown = wrong().slice(0, WRONG_SHOWN)
    return [...shown, ...(wrong().length > shown.length ? ['…'] : [])].join(', ')
  }
  let area: HTMLDivElement | undefined
  createEffect(on(props.choice.kind, () => area?.querySelector('textarea')?.focus(), { defer: true }))
  return (
    <div
      ref={(element) => {
        area = element
      }}
    >
      <TextArea
        label={t(isTids() ? 'profile.assign.tids' : 'profile.assign.serials')}
        hint={
          props.choice.names().names.length > 1
            ? tn(
                isTids() ? 'profile.assign.tidsRead' : 'profile.assign.serialsRead',
                props.choice.names().names.length,
              )
            : t('profile.assign.pasteHint')
        }
        error={
          wrong().length > 0
            ? tn(isTids() ? 'profile.assign.tidsWrong' : 'profile.assign.serialsWrong', wrong().length, {
                names: said(),
              })
            : undefined
        }
        rows={5}
        isCode
        value={props.choice.pasted()}
        onInput={props.choice.setPasted}
      />
    </div>
  )
}
