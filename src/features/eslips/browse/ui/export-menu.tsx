import Download from 'lucide-solid/icons/download'
import { useI18n } from '../../../../i18n'
import { buttonClasses } from '../../../../ui/button'
import { DropdownMenu } from '../../../../ui/menu'
import { MOST_SLIPS_OF } from '../../downloads/lists'
import type { SlipFilter } from '../../search/schemas'
import { exportPath } from './places'

const FORMATS = ['csv', 'txt', 'pdf'] as const

/** All slips of the filter as files, not only those of this page. */
export function ExportMenu(props: { filter: SlipFilter; isEmpty: boolean }) {
  const { t, format, locale } = useI18n()
  return (
    <DropdownMenu
      label={t('slips.export.label')}
      disabled={props.isEmpty}
      class={buttonClasses('secondary')}
      items={FORMATS.map((one) => ({
        label: `${t(`slips.export.${one}`)} (${t('slips.export.most', { most: format.number(MOST_SLIPS_OF[one]) })})`,
        href: exportPath(props.filter, one, locale()),
        isDownload: true,
      }))}
    >
      <Download class="size-4" aria-hidden="true" />
      {t('slips.export.label')}
    </DropdownMenu>
  )
}
