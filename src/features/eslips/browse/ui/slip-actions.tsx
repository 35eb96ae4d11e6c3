import { A } from '@solidjs/router'
import ChevronLeft from 'lucide-solid/icons/chevron-left'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import Download from 'lucide-solid/icons/download'
import Printer from 'lucide-solid/icons/printer'
import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink, buttonClasses } from '../../../../ui/button'
import { CopyButton } from '../../../../ui/copy-button'
import { RECEIPT_FORMATS } from '../../downloads/lists'
import type { SlipDetails } from '../../export/schemas'
import type { Copy } from '../../ingest/lists'
import { receiptPath, slipPath } from './places'

/** What can be done with the copy that is shown. */
export function SlipActions(props: { slip: SlipDetails; copy: Copy }) {
  const { t, locale } = useI18n()
  return (
    <>
      <CopyButton
        look="quiet"
        isLabelShown
        label={t('slips.page.link')}
        text={new URL(slipPath(props.slip.id), window.location.origin).href}
      />
      <Button
        look="quiet"
        icon={<Printer class="size-4" aria-hidden="true" />}
        onClick={() => window.print()}
      >
        {t('slips.page.print')}
      </Button>
      <For each={RECEIPT_FORMATS}>
        {(format) => (
          <ButtonLink
            isDownload
            href={receiptPath(props.slip.id, format, props.copy, locale())}
            icon={<Download class="size-4" aria-hidden="true" />}
          >
            {t(`slips.page.${format}`)}
          </ButtonLink>
        )}
      </For>
    </>
  )
}

/** The way to the slips before and after this one, of the same terminal. */
export function Neighbours(props: { slip: SlipDetails }) {
  const { t } = useI18n()
  return (
    <nav aria-label={t('slips.page.neighbours')} class="mt-5 flex justify-between gap-2">
      <Neighbour id={props.slip.previousId}>
        <ChevronLeft class="size-4" aria-hidden="true" />
        {t('slips.page.previous')}
      </Neighbour>
      <Neighbour id={props.slip.nextId}>
        {t('slips.page.next')}
        <ChevronRight class="size-4" aria-hidden="true" />
      </Neighbour>
    </nav>
  )
}

function Neighbour(props: { id: string | null; children: JSX.Element }) {
  return (
    <Show when={props.id} fallback={<span />}>
      {(id) => (
        <A href={slipPath(id())} class={buttonClasses('secondary', 'small')}>
          {props.children}
        </A>
      )}
    </Show>
  )
}
