import { Show } from 'solid-js'
import { z } from 'zod'
import { useI18n } from '../../../../i18n'
import { TextArea, TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { GroupInput, MerchantInput } from '../../schemas'
import type { Place, PlaceKind } from './kinds'

const schemas = {
  groupId: z.object({ name: GroupInput.shape.name, more: z.string().trim().max(2000) }),
  merchantId: z.object({ name: MerchantInput.shape.name, more: z.string().trim().max(100) }),
}

/** Makes a group or a merchant, or changes one. */
export function PlaceDialog(props: {
  kind: PlaceKind
  /** Undefined for a new one. */
  place: Place | undefined
  onClose(): void
  onSaved(name: string): void
}) {
  const { t } = useI18n()
  const form = createForm({
    schema: schemas[props.kind.filter],
    initial: { name: props.place?.name ?? '', more: props.place?.more ?? '' },
    async submit(values) {
      if (props.place === undefined) await props.kind.create(values)
      else await props.kind.update({ ...values, id: props.place.id })
      props.onSaved(values.name)
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="small"
      title={t(props.kind.words[props.place === undefined ? 'createTitle' : 'editTitle'])}
    >
      <TextField
        {...form.field('name')}
        label={t('administration.places.name')}
        autocomplete="off"
        isRequired
      />
      <Show
        when={props.kind.isMoreLong}
        fallback={
          <TextField
            {...form.field('more')}
            label={t(props.kind.moreColumn)}
            hint={t('administration.places.externalIdHint')}
            autocomplete="off"
            isCode
          />
        }
      >
        <TextArea {...form.field('more')} label={t(props.kind.moreColumn)} />
      </Show>
    </FormDialog>
  )
}
