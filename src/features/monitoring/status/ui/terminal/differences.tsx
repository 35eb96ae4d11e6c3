import { For } from 'solid-js'
import { useI18n } from '../../../../../i18n'
import { useWord } from '../../../../terminals/ui/words'
import type { Difference } from './changes'

/** What was, struck out, and what is. */
export function Differences(props: {
  differences: readonly Difference[]
  /** Says of a single value which field it is. */
  hasFields?: boolean
}) {
  const { t } = useI18n()
  const word = useWord()
  const said = (one: Difference, value: string | boolean | null) => {
    if (value === null || value === '') return t('ui.none')
    return typeof value === 'boolean' ? t(value ? 'ui.yes' : 'ui.no') : wordOf(one, value)
  }
  const nameOf = (one: Difference) => {
    const part = one.part !== undefined && one.isKnownPart ? word('field', one.part) : one.part
    const names = [props.hasFields && word('field', one.field), part].filter(Boolean)
    return names.length === 0 ? '' : `${names.join(' · ')}: `
  }
  /** Codes among the values, in words. */
  const wordOf = (one: Difference, value: string) => {
    if (one.field === 'printer') return word('printer', value)
    return one.field === 'network' && one.part === 'type' ? word('network', value) : value
  }
  return (
    <ul class="space-y-0.5">
      <For each={props.differences}>
        {(one) => (
          <li class="break-words">
            {nameOf(one)}
            <span class="digits line-through decoration-edge">{said(one, one.before)}</span>
            {' → '}
            <span class="digits font-medium text-ink">{said(one, one.after)}</span>
          </li>
        )}
      </For>
    </ul>
  )
}
