import { createMemo, createSignal, For, Show } from 'solid-js'
import type { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { SelectField } from '../../../../ui/field'
import type { TableState } from '../../../../ui/table'
import { RESULT_REASONS } from '../../../actions/lists'
import { useWord } from '../../../terminals/ui/words'
import { LICENSE_STATES, UNREPORTED, type Unreported, UPDATE_STATES } from '../lists'
import type { StatusFilterName } from './filter-state'

type Facets = Awaited<ReturnType<typeof api.status.facets.fetch>>
interface Field {
  label: string
  offered: readonly { value: string; label: string }[]
}

const NAMES = [
  'os',
  'network',
  'carrier',
  'license',
  'update',
  'failure',
  'connected',
  'set',
  'card',
  'unreported',
  'component',
  'version',
  'alert',
] as const satisfies StatusFilterName[]
type Name = (typeof NAMES)[number]
/** Nobody can list all components or sets of a fleet: these come with a number of the analysis. */
const SET_ELSEWHERE: readonly Name[] = ['component', 'version', 'set', 'alert']

const same = (values: readonly string[] | undefined) =>
  (values ?? []).map((value) => ({ value, label: value }))

/** What is asked for more rarely, folded away; a field that narrows the list is always there to be seen and emptied. */
export function MoreFilters(props: {
  state: TableState<StatusFilterName>
  facets: Facets | undefined
  class: string
}) {
  const { t } = useI18n()
  const word = useWord()
  const [isOpen, setOpen] = createSignal(false)
  const facts: Record<Unreported, string> = {
    model: t('fleet.fact.model'),
    os: t('fleet.fact.os'),
    application: t('fleet.fact.application'),
    networkType: t('fleet.fact.network'),
    networkOperator: t('fleet.filter.operator'),
  }
  const fields = createMemo(
    (): Record<Name, Field> => ({
      os: { label: t('fleet.fact.os'), offered: same(props.facets?.systems) },
      network: {
        label: t('fleet.fact.network'),
        offered: (props.facets?.networkTypes ?? []).map((one) => ({
          value: one,
          label: word('network', one),
        })),
      },
      carrier: { label: t('fleet.filter.operator'), offered: same(props.facets?.networkOperators) },
      license: {
        label: t('fleet.filter.license'),
        offered: LICENSE_STATES.map((one) => ({ value: one, label: word('licenseState', one) })),
      },
      update: {
        label: t('fleet.filter.update'),
        offered: UPDATE_STATES.map((one) => ({
          value: one,
          label: one === 'none' ? t('fleet.filter.neverUpdated') : word('actionState', one),
        })),
      },
      failure: {
        label: t('fleet.filter.failure'),
        offered: Object.keys(RESULT_REASONS).map((one) => ({ value: one, label: word('reason', one) })),
      },
      connected: {
        label: t('fleet.filter.appSets'),
        offered: [
          { value: 'yes', label: t('fleet.filter.withSet') },
          { value: 'no', label: t('fleet.filter.withoutSet') },
        ],
      },
      set: { label: t('fleet.filter.appSet'), offered: [] },
      alert: {
        label: t('fleet.filter.alert'),
        offered: [{ value: props.state.filter('alert') ?? '', label: t('fleet.filter.ofAlert') }],
      },
      card: {
        label: t('fleet.fact.cardFindings'),
        offered: [
          { value: 'yes', label: t('fleet.filter.leaking') },
          { value: 'no', label: t('fleet.filter.notLeaking') },
        ],
      },
      unreported: {
        label: t('fleet.filter.unreported'),
        offered: UNREPORTED.map((one) => ({ value: one, label: facts[one] })),
      },
      component: { label: t('fleet.filter.component'), offered: [] },
      version: { label: t('fleet.filter.version'), offered: [] },
    }),
  )
  const isSet = (name: Name) => props.state.filter(name) !== undefined
  const shown = () => NAMES.filter((name) => isSet(name) || (isOpen() && !SET_ELSEWHERE.includes(name)))
  const options = (name: Name) => {
    const [own, { offered }] = [props.state.filter(name), fields()[name]]
    return own === undefined || offered.some((one) => one.value === own)
      ? offered
      : [...offered, { value: own, label: own }]
  }
  return (
    <>
      <For each={shown()}>
        {(name) => (
          <SelectField
            class={props.class}
            label={fields()[name].label}
            placeholder={t('ui.any')}
            options={options(name)}
            value={props.state.filter(name) ?? ''}
            onInput={(value) => props.state.setFilter(name, value)}
          />
        )}
      </For>
      <Show when={!isOpen()}>
        <Button look="quiet" onClick={() => setOpen(true)}>
          {t('fleet.filter.more')}
        </Button>
      </Show>
    </>
  )
}
