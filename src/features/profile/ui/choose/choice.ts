import { useSearchParams } from '@solidjs/router'
import { createMemo, createSignal } from 'solid-js'
import type { Inputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import type { ComboOption } from '../../../../ui/combo-field'
import { createTableState } from '../../../../ui/table'
import { filterOf, STATUS_FILTERS, type StatusFilterName } from '../../../monitoring/status/ui/filter-state'
import { Acquirer } from '../../../terminals/schemas'
import { CHOSEN_MAX, RANGE_MAX } from '../../lists'
import { Choice } from '../../schemas'
import { csvOfSerials, readNames } from './names'

export type ChoiceInput = Inputs['profile']['previewAssignment']['choice']

export const CHOICE_KINDS = ['tids', 'serials', 'csv', 'range', 'group', 'merchant', 'filter'] as const

/** Of a list that was uploaded: by which id, and what its file is called. */
export interface SentList {
  uploadId: string
  fileName: string
}

/** Who is chosen, in whichever way; what an address says comes first: `by`, `tids`, and a filter of Monitoring. */
export function createChoice() {
  const { t, tn, format } = useI18n()
  const [given] = useSearchParams<{ by: string; tids: string }>()
  const [kind, setKind] = createSignal(CHOICE_KINDS.find((one) => one === given.by) ?? 'tids')
  const [pasted, setPasted] = createSignal(given.tids ?? '')
  const [acquirer, setAcquirer] = createSignal('')
  const [from, setFrom] = createSignal('')
  const [to, setTo] = createSignal('')
  const [sent, setSent] = createSignal<SentList>()
  const [group, setGroup] = createSignal<ComboOption | null>(null)
  const [merchant, setMerchant] = createSignal<ComboOption | null>(null)
  const filter = createTableState<StatusFilterName>({
    filters: STATUS_FILTERS,
    sort: { by: 'serial', direction: 'asc' },
    prefix: 'for-',
  })
  const names = createMemo(() => readNames(pasted(), kind() === 'serials' ? 'serial' : 'tid'))
  const ofAcquirer = () => {
    const named = acquirer().trim()
    return named === '' ? {} : { acquirer: named }
  }
  const hasAcquirer = () => kind() === 'tids' || kind() === 'range'
  const isAcquirerWrong = () => hasAcquirer() && !Acquirer.safeParse(acquirer()).success
  const ends = () => ({ from: from().trim(), to: to().trim() })
  const isRange = () => Choice.safeParse({ by: 'range', ...ends() }).success
  const typed = createMemo((): ChoiceInput | undefined => {
    if (isAcquirerWrong()) return undefined
    const [list, uploaded] = [names().names, sent()]
    const [inGroup, ofMerchant] = [group(), merchant()]
    const isListed = list.length > 0 && list.length <= CHOSEN_MAX
    switch (kind()) {
      case 'tids':
        return isListed ? { by: 'tids', tids: list, ...ofAcquirer() } : undefined
      case 'serials':
        return isListed ? { by: 'csv', csv: csvOfSerials(list) } : undefined
      case 'range':
        return isRange() ? { by: 'range', ...ends(), ...ofAcquirer() } : undefined
      case 'csv':
        return uploaded && { by: 'csv', uploadId: uploaded.uploadId }
      case 'group':
        return inGroup ? { by: 'group', groupId: inGroup.value } : undefined
      case 'merchant':
        return ofMerchant ? { by: 'filter', filter: { merchantId: ofMerchant.value } } : undefined
      case 'filter':
        return undefined
    }
  })
  /** Of the address alone: while that changes, what is typed must not wait for it. */
  const fitting = createMemo((): ChoiceInput | undefined => {
    const found = filterOf(filter)
    return Object.keys(found).length > 0 ? { by: 'filter', filter: found } : undefined
  })
  const value = () => (kind() === 'filter' ? fitting() : typed())
  /** Where a range cannot be one, why. */
  const rangeProblem = () => {
    const { from, to } = ends()
    if (from === '' || to === '' || isRange()) return undefined
    return t('profile.assign.rangeWrong', { most: format.number(RANGE_MAX) })
  }
  return {
    ...{ kind, setKind, pasted, setPasted, names, acquirer, setAcquirer, hasAcquirer, isAcquirerWrong },
    ...{ from, setFrom, to, setTo, rangeProblem, sent, setSent, group, setGroup, merchant, setMerchant },
    ...{ filter, value },
    /** What is missing before anything can be asked. */
    hint: () =>
      names().names.length > CHOSEN_MAX && (kind() === 'tids' || kind() === 'serials')
        ? tn('profile.assign.tooMany', CHOSEN_MAX)
        : t(`profile.assign.missing.${kind()}`),
  }
}
export type ChoiceState = ReturnType<typeof createChoice>
