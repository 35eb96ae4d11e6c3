import Download from 'lucide-solid/icons/download'
import { createEffect, createSignal } from 'solid-js'
import { useI18n } from '../../../i18n'
import { ButtonLink } from '../../../ui/button'
import { TextArea } from '../../../ui/field'
import { createUploads, DropZone, UploadList } from '../../../ui/upload'
import { UPLOAD_PURPOSES } from '../../uploads/schemas'

export interface ImportStep {
  /** What the dialog's button does can be done. */
  isReady: boolean
  isBusy: boolean
  /** How many terminals it is about. */
  count: number
}

const PASTED = 'pasted.csv'

/** Where the rows come from: a file, or what somebody pastes. Both go the same way. */
export function ImportSource(props: {
  formId: string
  onStep: (step: ImportStep) => void
  onSent: (uploadId: string) => void
}) {
  const { t, locale } = useI18n()
  const [pasted, setPasted] = createSignal('')
  const uploads = createUploads({ onSent: (_file, uploadId) => props.onSent(uploadId) })
  createEffect(() => props.onStep({ isReady: pasted().trim() !== '', isBusy: uploads.isBusy(), count: 0 }))
  const send = (files: File[]) => {
    uploads.clear()
    uploads.add(files)
  }
  return (
    <form
      id={props.formId}
      class="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        send([new File([pasted()], PASTED, { type: 'text/csv' })])
      }}
    >
      <DropZone
        label={t('fleet.import.file')}
        accept=".csv,.txt,.tsv,text/csv"
        maxBytes={UPLOAD_PURPOSES.terminals.maxBytes}
        isSingle
        disabled={uploads.isBusy()}
        onFiles={send}
      />
      <UploadList uploads={uploads} />
      <TextArea
        label={t('fleet.import.paste')}
        hint={t('fleet.import.columns')}
        rows={5}
        isCode
        value={pasted()}
        onInput={setPasted}
      />
      <ButtonLink
        isDownload
        look="quiet"
        size="small"
        href={`/api/v1/terminals/import/template.csv?lang=${locale()}`}
        icon={<Download class="size-4" aria-hidden="true" />}
      >
        {t('fleet.import.template')}
      </ButtonLink>
    </form>
  )
}
