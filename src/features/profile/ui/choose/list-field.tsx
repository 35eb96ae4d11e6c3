import FileCheck from 'lucide-solid/icons/file-check'
import { createEffect, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { createUploads, DropZone, UploadList } from '../../../../ui/upload'
import { UPLOAD_PURPOSES } from '../../../uploads/schemas'
import type { SentList } from './choice'

/** A list of TIDs or serial numbers as a file: it is uploaded at once, and read by the server. */
export function ListField(props: { value: SentList | undefined; onInput(sent: SentList | undefined): void }) {
  const { t } = useI18n()
  const uploads = createUploads({
    purpose: 'assignments',
    onSent: (file, uploadId) => props.onInput({ uploadId, fileName: file.name }),
  })
  // Where the list is used up, another one is asked for, and nothing is left of the first.
  createEffect(() => props.value !== undefined && uploads.clear())
  const send = (files: File[]) => {
    uploads.clear()
    props.onInput(undefined)
    uploads.add(files)
  }
  return (
    <Show
      when={props.value}
      fallback={
        <div class="space-y-3">
          <DropZone
            label={t('profile.assign.file')}
            accept=".csv,.txt,.tsv,text/csv"
            maxBytes={UPLOAD_PURPOSES.assignments.maxBytes}
            isSingle
            disabled={uploads.isBusy()}
            onFiles={send}
          />
          <UploadList uploads={uploads} />
          <p class="text-sm text-pretty text-muted">{t('profile.assign.fileHint')}</p>
        </div>
      }
    >
      {(sent) => (
        <div class="flex flex-wrap items-center gap-3 rounded-lg border border-line px-3.5 py-2.5 text-sm">
          <FileCheck class="size-5 shrink-0 text-good" aria-hidden="true" />
          <span class="min-w-0 flex-1 font-medium break-all">{sent().fileName}</span>
          <Button size="small" onClick={() => props.onInput(undefined)}>
            {t('profile.assign.anotherFile')}
          </Button>
        </div>
      )}
    </Show>
  )
}
