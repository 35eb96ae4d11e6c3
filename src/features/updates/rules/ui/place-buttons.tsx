import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import X from 'lucide-solid/icons/x'
import { useI18n } from '../../../../i18n'
import { IconButton } from '../../../../ui/button'
import type { PlaceProps } from '../../../../ui/form/ordered'

/** Moves one item of an ordered list up and down, and takes it out. */
export function PlaceButtons(
  props: Pick<PlaceProps<unknown>, 'place' | 'isLast' | 'onMove' | 'onRemove'> & { name: string },
) {
  const { t } = useI18n()
  return (
    <div class="-mt-1 -mr-1.5 flex shrink-0">
      <IconButton
        size="small"
        label={t('rules.form.up', { name: props.name })}
        icon={<ArrowUp class="size-4" aria-hidden="true" />}
        disabled={props.place === 0}
        onClick={() => props.onMove(-1)}
      />
      <IconButton
        size="small"
        label={t('rules.form.down', { name: props.name })}
        icon={<ArrowDown class="size-4" aria-hidden="true" />}
        disabled={props.isLast}
        onClick={() => props.onMove(1)}
      />
      <IconButton
        size="small"
        label={t('rules.form.remove', { name: props.name })}
        icon={<X class="size-4" aria-hidden="true" />}
        onClick={() => props.onRemove()}
      />
    </div>
  )
}
