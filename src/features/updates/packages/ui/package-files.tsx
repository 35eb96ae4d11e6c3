import Download from 'lucide-solid/icons/download'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { CopyButton } from '../../../../ui/copy-button'
import { DataList } from '../../../../ui/data-list'
import type { PackageView } from '../schemas'
import { filePath } from './places'

/** The files of a package with what they are checked by, each to be downloaded. */
export function PackageFiles(props: { shown: PackageView }) {
  const { t, format } = useI18n()
  const isSet = () => props.shown.kind === 'file-set'
  const rows = () =>
    props.shown.files.map((file) => [
      ...(isSet() ? [format.number(file.position + 1)] : []),
      <span class="font-medium break-all">{file.name}</span>,
      ...(isSet() ? [<span class="font-mono text-xs">{file.target}</span>] : []),
      <span class="whitespace-nowrap">{format.bytes(file.sizeBytes)}</span>,
      <span class="-my-1 flex items-center gap-1">
        <code class="font-mono text-xs" title={file.sha256}>
          {`${file.sha256.slice(0, 12)}…`}
        </code>
        <CopyButton isIcon text={file.sha256} label={t('packages.page.copySha256', { name: file.name })} />
      </span>,
      <ButtonLink
        isDownload
        size="small"
        look="quiet"
        class="-my-1"
        href={filePath(props.shown.id, file.position)}
        icon={<Download class="size-4" aria-hidden="true" />}
      >
        <span aria-hidden="true">{t('packages.page.download')}</span>
        <span class="sr-only">{t('packages.page.downloadOf', { name: file.name })}</span>
      </ButtonLink>,
    ])
  return (
    <DataList
      label={t('packages.page.files')}
      none={t('ui.none')}
      head={[
        ...(isSet() ? [t('packages.page.position')] : []),
        t('packages.page.name'),
        ...(isSet() ? [t('packages.page.target')] : []),
        t('packages.page.size'),
        t('packages.page.sha256'),
        t('packages.page.download'),
      ]}
      rows={rows()}
    />
  )
}
