import Download from 'lucide-solid/icons/download'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { CopyButton } from '../../../../ui/copy-button'
import type { PackageView } from '../schemas'
import { filePath } from './places'

/** The files of a package with what they are checked by, each to be downloaded. */
export function PackageFiles(props: { shown: PackageView }) {
  const { t, format } = useI18n()
  const isSet = () => props.shown.kind === 'file-set'
  return (
    <ol aria-label={t('packages.page.files')} class="-my-3 divide-y divide-line">
      <For each={props.shown.files}>
        {(file) => (
          <li class="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 text-sm">
            <div class="flex min-w-56 flex-1 gap-3">
              <Show when={isSet()}>
                <span class="digits min-w-6 text-muted">{format.number(file.position + 1)}</span>
              </Show>
              <div class="min-w-0">
                <p class="font-medium break-all">{file.name}</p>
                <p class="digits mt-0.5 text-xs text-muted">
                  <Show when={file.target}>
                    {(target) => (
                      <>
                        <code class="font-mono">{target()}</code>
                        {' · '}
                      </>
                    )}
                  </Show>
                  {format.bytes(file.sizeBytes)}
                </p>
              </div>
            </div>
            <div class="flex items-center gap-1">
              <span class="text-xs whitespace-nowrap text-muted">{t('packages.page.sha256')}</span>
              <code class="font-mono text-xs" title={file.sha256}>
                {`${file.sha256.slice(0, 12)}…`}
              </code>
              <CopyButton
                isIcon
                text={file.sha256}
                label={t('packages.page.copySha256', { name: file.name })}
              />
              <ButtonLink
                isDownload
                size="small"
                href={filePath(props.shown.id, file.position)}
                icon={<Download class="size-4" aria-hidden="true" />}
              >
                <span aria-hidden="true">{t('packages.page.download')}</span>
                <span class="sr-only">{t('packages.page.downloadOf', { name: file.name })}</span>
              </ButtonLink>
            </div>
          </li>
        )}
      </For>
    </ol>
  )
}
