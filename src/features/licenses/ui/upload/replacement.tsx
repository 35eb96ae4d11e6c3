import { For, Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { dayOf, factName } from '../words'
import type { FileResult } from './import-session'

interface Line {
  name: string
  old: string
  new: string
}

/** The licence in use and the file that would take its place, line by line; what differs stands out. */
export function Replacement(props: { result: FileResult }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const day = (value: string | null | undefined) => (value ? dayOf(value, i18n) : t('ui.none'))
  const old = () => props.result.replaces
  const lines = (): Line[] => {
    const before = old()
    if (before === null) return []
    const { facts, sizeBytes } = props.result
    return [
      { name: factName('licId', i18n), old: before.licId, new: facts.licId ?? t('ui.none') },
      { name: factName('issuedAt', i18n), old: day(before.issuedAt), new: day(facts.issuedAt) },
      { name: factName('validUntil', i18n), old: day(before.validUntil), new: day(facts.validUntil) },
      {
        name: t('license.fact.size'),
        old: format.bytes(before.sizeBytes),
        new: sizeBytes === null ? t('ui.none') : format.bytes(sizeBytes),
      },
      { name: t('license.fact.fileName'), old: before.fileName, new: props.result.fileName },
      {
        name: t('license.fact.imported'),
        old: t('license.by', {
          time: format.dateTime(before.importedAt),
          name: makerWords(before.importedBy, t),
        }),
        new: t('ui.none'),
      },
    ]
  }
  return (
    <>
      <div class="rounded-lg border border-line">
        <table class="w-full table-fixed text-sm">
          <thead class="text-left text-xs text-muted">
            <tr class="border-b border-line">
              <td class="w-24 px-3 py-2 sm:w-36" />
              <th scope="col" class="px-3 py-2 font-medium">
                {t('license.results.old')}
              </th>
              <th scope="col" class="px-3 py-2 font-medium">
                {t('license.results.new')}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={lines()}>
              {(line) => (
                <tr class="border-b border-line last:border-0">
                  <th scope="row" class="px-3 py-1.5 text-left text-xs font-normal break-words text-muted">
                    {line.name}
                  </th>
                  <td class="digits px-3 py-1.5 break-words">{line.old}</td>
                  <td
                    class={classes(
                      'digits px-3 py-1.5 break-words',
                      line.old !== line.new && line.new !== t('ui.none') && 'font-medium text-accent',
                    )}
                  >
                    {line.new}
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <Show when={old()?.sha256 === props.result.sha256}>
        <p class="text-sm text-muted">{t('license.results.same')}</p>
      </Show>
    </>
  )
}
