import Download from 'lucide-solid/icons/download'
import Printer from 'lucide-solid/icons/printer'
import { For, onMount } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { CopyButton } from '../../../../ui/copy-button'

/** The codes, shown this once, with every way to put them away. */
export function BackupCodes(props: { codes: readonly string[]; name: string }) {
  const { t, format } = useI18n()
  const head = () =>
    t('account.factor.fileHead', {
      name: props.name,
      app: t('app.name'),
      date: format.date(new Date()),
    })
  const asText = () => `${head()}\n\n${props.codes.join('\n')}\n`
  const save = () => {
    const url = URL.createObjectURL(new Blob([asText()], { type: 'text/plain;charset=utf-8' }))
    const link = document.createElement('a')
    Object.assign(link, { href: url, download: `psmanager-backup-codes-${props.name}.txt` })
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <div
      ref={(element) => {
        onMount(() => element.focus())
      }}
      tabIndex={-1}
      class="space-y-4 outline-none"
    >
      <p class="text-sm text-pretty text-muted">{t('account.factor.codesText')}</p>
      <div data-print="">
        <p class="mb-4 hidden print:block">{head()}</p>
        <ul
          aria-label={t('account.factor.codesTitle')}
          class="digits grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-lg border border-line bg-raised p-4 text-center print:bg-white font-mono text-base"
        >
          <For each={props.codes}>{(code) => <li>{code}</li>}</For>
        </ul>
      </div>
      <div class="flex flex-wrap gap-2">
        <CopyButton text={asText()} label={t('account.factor.copyCodes')} />
        <Button icon={<Download class="size-4" aria-hidden="true" />} onClick={save}>
          {t('account.factor.download')}
        </Button>
        <Button icon={<Printer class="size-4" aria-hidden="true" />} onClick={() => window.print()}>
          {t('account.factor.print')}
        </Button>
      </div>
    </div>
  )
}
