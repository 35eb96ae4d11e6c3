import { useParams } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Download from 'lucide-solid/icons/download'
import { Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { CopyButton } from '../../../../ui/copy-button'
import { Facts } from '../../../../ui/facts'
import type { AppVersionView } from '../schemas'
import { AppIcon } from './app-icon'
import { Permissions } from './permissions'
import { APPLICATIONS, apkPath, appPath } from './places'
import { RemoveButton } from './removal'
import { SetLinks } from './set-links'
import { Signature } from './signature'
import { useMayWrite } from './use-may-write'
import { WarningList } from './warnings'
import { abisWords, androidOf, labelOf, versionWords } from './words'

/** One version of an application: what was read in its APK, by whom it is signed, and the sets that install it. */
export function VersionPage() {
  const i18n = useI18n()
  const { t, format } = i18n
  const params = useParams<{ appId: string; versionId: string }>()
  const session = useSession()
  const mayWrite = useMayWrite()
  const queries = useQueryClient()
  const query = useQuery(() => ({
    ...api.appVersions.get.query({ versionId: params.versionId }),
    enabled: session.may('apps:read'),
  }))
  const nameOf = (data: AppVersionView) => `${labelOf(data, i18n)} ${versionWords(data, i18n)}`
  const remove = (data: AppVersionView) => async () => {
    const { isAppDeleted } = await api.appVersions.delete.run({ versionId: data.id })
    return {
      to: isAppDeleted ? APPLICATIONS : appPath(data.appId),
      done: t('applications.page.versionDeleted', { name: nameOf(data) }),
      gone: [
        api.appVersions.get.query({ versionId: data.id }).queryKey,
        ...(isAppDeleted ? [api.apps.get.query({ appId: data.appId }).queryKey] : []),
      ],
    }
  }
  return (
    <Page
      title={query.data === undefined ? t('applications.fact.version') : nameOf(query.data)}
      permission="apps:read"
      parent={{
        title: query.data === undefined ? t('applications.list.title') : labelOf(query.data, i18n),
        href: appPath(params.appId),
      }}
      actions={
        <Show when={query.data}>
          {(data) => (
            <>
              <ButtonLink
                isDownload
                href={apkPath(data().id)}
                icon={<Download class="size-4" aria-hidden="true" />}
              >
                {t('applications.page.download')}
              </ButtonLink>
              <Show when={mayWrite()}>
                <RemoveButton
                  sets={data().sets}
                  question={{
                    title: t('applications.page.deleteTitle', { name: nameOf(data()) }),
                    text: t('applications.page.deleteVersionText', { size: format.bytes(data().sizeBytes) }),
                    action: t('applications.page.deleteVersionAction'),
                  }}
                  remove={remove(data())}
                  onStale={() => void queries.invalidateQueries({ queryKey: api.appVersions.key() })}
                />
              </Show>
            </>
          )}
        </Show>
      }
    >
      <Answer query={query} lines={8}>
        {(data) => <Contents shown={data()} />}
      </Answer>
    </Page>
  )
}

function Contents(props: { shown: AppVersionView }) {
  const { t } = useI18n()
  return (
    <div class="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div class="min-w-0 space-y-5">
        <WarningList warnings={props.shown.warnings} label={t('applications.fact.warnings')} />
        <Card>
          <div class="flex items-start gap-5 max-sm:flex-col">
            <AppIcon url={props.shown.iconUrl} size="large" />
            <div class="min-w-0 flex-1">
              <VersionFacts shown={props.shown} />
            </div>
          </div>
        </Card>
        <Card title={t('applications.page.permissions')}>
          <Permissions shown={props.shown} />
        </Card>
        <Card title={t('applications.page.signature')}>
          <Show when={props.shown.overrideReason}>
            {(reason) => (
              <p class="mb-4 rounded-lg bg-warn-soft px-3.5 py-3 text-sm">
                {t('applications.page.overridden', { reason: reason() })}
              </p>
            )}
          </Show>
          <Signature shown={props.shown} />
        </Card>
      </div>
      <Card title={t('applications.page.installedBy')}>
        <Show
          when={props.shown.sets.length > 0}
          fallback={<p class="text-sm text-muted">{t('applications.page.notInstalled')}</p>}
        >
          <SetLinks sets={props.shown.sets} />
        </Show>
      </Card>
    </div>
  )
}

function VersionFacts(props: { shown: AppVersionView }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const yesOrNo = (is: boolean) => t(is ? 'applications.yes' : 'applications.no')
  return (
    <Facts
      facts={[
        {
          name: t('applications.fact.package'),
          value: <code class="font-mono text-xs">{props.shown.package}</code>,
        },
        { name: t('applications.fact.version'), value: props.shown.versionName },
        { name: t('applications.fact.code'), value: String(props.shown.versionCode) },
        { name: t('applications.fact.minSdk'), value: androidOf(props.shown.minSdk) },
        { name: t('applications.fact.targetSdk'), value: androidOf(props.shown.targetSdk) },
        { name: t('applications.fact.abis'), value: abisWords(props.shown.abis, i18n) },
        { name: t('applications.fact.debuggable'), value: yesOrNo(props.shown.isDebuggable) },
        { name: t('applications.fact.testOnly'), value: yesOrNo(props.shown.isTestOnly) },
        {
          name: t('applications.fact.uploaded'),
          value: t('applications.by', {
            time: format.dateTime(props.shown.createdAt),
            name: makerWords(props.shown.createdBy, t),
          }),
        },
        { name: t('applications.fact.file'), value: <span class="break-all">{props.shown.fileName}</span> },
        { name: t('applications.fact.size'), value: format.bytes(props.shown.sizeBytes) },
        {
          name: t('applications.fact.sha256'),
          value: (
            <span class="flex items-center gap-1">
              <code class="font-mono text-xs" title={props.shown.sha256}>
                {`${props.shown.sha256.slice(0, 16)}…`}
              </code>
              <CopyButton isIcon text={props.shown.sha256} label={t('applications.page.copySha256')} />
            </span>
          ),
        },
      ]}
    />
  )
}
