import { useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { Page } from '../../../../../app/page'
import { useI18n } from '../../../../../i18n'
import { PACKAGES } from '../places'
import { PackageUpload } from './package-upload'
import { Unfinished } from './unfinished'

/** A system package on its way in: its files, what they say of themselves, and what the operator says of them. */
export function UploadPage() {
  const { t } = useI18n()
  const [params, setParams] = useSearchParams<{ draft?: string }>()
  const fresh = Date.now().toString(36)
  const draftId = () => params.draft ?? fresh
  return (
    <Page
      title={t('packages.upload.title')}
      permission="packages:write"
      parent={{ title: t('packages.list.title'), href: PACKAGES }}
      text={t('packages.upload.text')}
    >
      <Show when={draftId()} keyed>
        {(id) => (
          <>
            <Unfinished except={id} class="mb-5 max-w-4xl" />
            <PackageUpload
              draftId={id}
              onBegun={() => params.draft === undefined && setParams({ draft: id }, { replace: true })}
            />
          </>
        )}
      </Show>
    </Page>
  )
}
