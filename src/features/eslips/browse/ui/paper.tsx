import { createMemo, For } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { ScrollArea } from '../../../../ui/scroll-area'
import type { Copy } from '../../ingest/lists'
import type { Slip } from '../../ingest/schemas'
import { renderReceipt } from '../../receipt'

/** Letters of wide printers are smaller, as on the roll. */
const sizeFor = (columns: number) =>
  columns <= 34 ? 'text-[13px]' : columns <= 48 ? 'text-[11px]' : 'text-[9px]'

/** A slip as it comes out of the printer. It is white at night too: paper is. This alone is printed. */
export function Paper(props: { slip: Slip; copy: Copy }) {
  const { t, locale } = useI18n()
  const receipt = createMemo(() => renderReceipt(props.slip, props.copy, locale()))
  return (
    <>
      <ScrollArea label={t('slips.page.paper')} class="py-1">
        <div class="mx-auto w-fit drop-shadow-md">
          <div
            data-print
            class={classes(
              'torn w-fit min-w-[35ch] bg-white px-[1.5ch] py-8 font-mono leading-[1.35] text-neutral-900 print:[mask:none]',
              sizeFor(receipt().columns),
            )}
          >
            <For each={receipt().lines}>
              {(line) => (
                <p
                  class={classes(
                    'min-h-[1.35em] whitespace-pre',
                    line.look !== 'plain' && 'font-bold',
                    line.look === 'large' && 'text-center text-[2em] leading-tight',
                  )}
                >
                  {line.text}
                </p>
              )}
            </For>
          </div>
        </div>
      </ScrollArea>
      <p class="mt-3 text-center text-xs text-muted">
        {t(receipt().isPrinted ? 'slips.page.printed' : 'slips.page.laidOut')}
      </p>
    </>
  )
}
