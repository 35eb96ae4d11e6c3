import FolderOpen from 'lucide-solid/icons/folder-open'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'

/** Chooses all files of a folder; where folders cannot be dropped, this is the only way. */
export function FolderButton(props: { onFiles: (files: File[]) => void }) {
  const { t } = useI18n()
  let input: HTMLInputElement | undefined
  return (
    <>
      <input
        ref={(element) => {
          input = element
          element.webkitdirectory = true
        }}
        type="file"
        class="hidden"
        aria-hidden="true"
        tabIndex={-1}
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      <Button
        size="small"
        look="quiet"
        icon={<FolderOpen class="size-4" aria-hidden="true" />}
        onClick={() => input?.click()}
      >
        {t('license.upload.folder')}
      </Button>
    </>
  )
}
