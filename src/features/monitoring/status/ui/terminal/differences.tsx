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
  const said = (value: string | boolean | null) =>
    value === null || value === ''
      ? t('ui.none')
      : typeof value === 'boolean'
        ? t(value ? 'ui.yes' : 'ui.no')
        : value
  const nameOf = (one: Difference) => {
    if (one.part !== undefined) return `${one.isKnownPart ? word('field', one.part) : one.part}: `
    return props.hasFields ? `${word('field', one.field)}: ` : ''
  }
  return (
    <ul class="space-y-0.5">
      <For each={props.differences}>
        {(one) => (
          <li class="break-words">
            {nameOf(one)}
            <span class="digits line-through decoration-edge">{said(one.before)}</span>
            {' → '}
            <span class="digits font-medium text-ink">{said(one.after)}</span>
          </li>
        )}
      </For>
    </ul>
  )
}
