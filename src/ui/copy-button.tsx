import Check from 'lucide-solid/icons/check'
import Copy from 'lucide-solid/icons/copy'
import { createSignal, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { afterQuiet } from './after-quiet'
import { Button, type ButtonProps, IconButton } from './button'

const SAID_MS = 2_000

export interface CopyButtonProps {
  text: string
  /** What is copied, for screen readers, such as "Copy the token"; else just "Copy". */
  label?: string
  /** Shows the label in place of the plain word. */
  isLabelShown?: boolean
  /** Only the icon, for use within lines. */
  isIcon?: boolean
  look?: ButtonProps['look']
  size?: ButtonProps['size']
}

/** Copies a text and says so. Pages of plain HTTP have no clipboard of their own; the old command serves them. */
export function CopyButton(props: CopyButtonProps) {
  const { t } = useI18n()
  const [isCopied, setCopied] = createSignal(false)
  const said = afterQuiet(SAID_MS)

  const copy = async () => {
    const isDone = await writeClipboard(props.text)
    setCopied(isDone)
    said.wait(() => setCopied(false))
  }
  const icon = () => (
    <Show when={isCopied()} fallback={<Copy class="size-4" aria-hidden="true" />}>
      <Check class="size-4 text-good" aria-hidden="true" />
    </Show>
  )
  const words = () =>
    isCopied() ? t('ui.copied') : ((props.isLabelShown ? props.label : undefined) ?? t('ui.copy'))
  return (
    <>
      <Show
        when={props.isIcon}
        fallback={
          <Button
            look={props.look ?? 'secondary'}
            size={props.size ?? 'medium'}
            aria-label={props.label === undefined || isCopied() ? undefined : props.label}
            icon={icon()}
            onClick={copy}
          >
            {words()}
          </Button>
        }
      >
        <IconButton
          look={props.look ?? 'quiet'}
          size={props.size ?? 'small'}
          label={isCopied() ? t('ui.copied') : (props.label ?? t('ui.copy'))}
          icon={icon()}
          onClick={copy}
        />
      </Show>
      <span class="sr-only" role="status">
        {isCopied() ? t('ui.copied') : ''}
      </span>
    </>
  )
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'sr-only'
    // Inside the open dialog, if there is one: it lets the focus go nowhere else.
    const place = document.activeElement?.closest('[role="dialog"]') ?? document.body
    const before = document.activeElement
    place.append(area)
    area.select()
    const isDone = document.execCommand('copy')
    area.remove()
    if (before instanceof HTMLElement) before.focus()
    return isDone
  }
}
