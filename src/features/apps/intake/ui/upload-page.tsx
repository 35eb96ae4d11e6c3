import { useQueryClient } from '@tanstack/solid-query'
import { createMemo, onCleanup, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { guardLeaving } from '../../../../app/leave-guard'
import { useIsLimited } from '../../../../app/limits'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { createUploads, DropZone, UploadList, waitForNetwork } from '../../../../ui/upload'
import { UPLOAD_PURPOSES } from '../../../uploads/schemas'
import { APPLICATIONS } from '../../catalog/ui/places'
import { createIntake } from './intake'
import { Outcome } from './outcome'

/** APKs on their way in, many at once: sent, looked into, and what became of each. */
export function UploadPage() {
  const { t } = useI18n()
  const isLimited = useIsLimited()
  return (
    <Page
      title={t('applications.upload.title')}
      permission="apps:write"
      parent={{ title: t('applications.list.title'), href: APPLICATIONS }}
      text={t('applications.upload.text')}
    >
      <Show
        when={isLimited() !== true}
        fallback={
          <EmptyState title={t('applications.upload.limited')} text={t('errors.outside_your_limits')} />
        }
      >
        <Files />
      </Show>
    </Page>
  )
}

function Files() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const queries = useQueryClient()
  const mayOverride = () => session.may('apps:override')
  const intake = createIntake({
    create: async (input) => {
      const taken = await api.appIntake.create.run(input)
      for (const room of [api.apps, api.appVersions]) void queries.invalidateQueries({ queryKey: room.key() })
      return taken
    },
    discard: (uploadId) => api.uploads.discard.run({ uploadId }),
    wait: waitForNetwork,
    mayOverride,
  })
  const uploads = createUploads({
    purpose: 'apps',
    onSent: (_file, uploadId) => void intake.take(uploadId),
  })
  onCleanup(() => intake.end())
  guardLeaving(() =>
    uploads.isBusy() || intake.isBusy()
      ? {
          title: t('applications.upload.leaveTitle'),
          text: t('applications.upload.leaveText'),
          action: t('applications.upload.leave'),
        }
      : undefined,
  )
  const list = {
    ...uploads,
    get items() {
      return uploads.items
    },
    remove(id: number) {
      const uploadId = uploads.items.find((one) => one.id === id)?.uploadId
      uploads.remove(id)
      if (uploadId !== undefined) intake.drop(uploadId)
    },
  }
  return (
    <div class="max-w-4xl space-y-5">
      <DropZone
        label={t('applications.upload.zone')}
        accept=".apk"
        maxBytes={UPLOAD_PURPOSES.apps.maxBytes}
        onFiles={(files) => uploads.add(files)}
      />
      <Summary intake={intake} isBusy={uploads.isBusy() || intake.isBusy()} />
      <UploadList
        uploads={list}
        isRefused={(upload) => intake.of(upload.uploadId)?.stage === 'refused'}
        details={(upload) => (
          <Show when={intake.of(upload.uploadId)}>
            {(state) => (
              <Outcome
                intake={state()}
                mayOverride={mayOverride()}
                onAgain={(reason) => intake.take(upload.uploadId ?? '', reason)}
              />
            )}
          </Show>
        )}
      />
    </div>
  )
}

/** How many came well, and how many did not; said once more whenever one has ended. */
function Summary(props: { intake: ReturnType<typeof createIntake>; isBusy: boolean }) {
  const { t, tn } = useI18n()
  const counts = createMemo(() => {
    const ended = { taken: 0, known: 0, refused: 0 }
    for (const one of props.intake.all()) {
      if (one.stage === 'taken') ended[one.taken.isNew ? 'taken' : 'known'] += 1
      if (one.stage === 'refused') ended.refused += 1
    }
    return ended
  })
  const words = () => {
    const { taken, known, refused } = counts()
    return [
      taken > 0 && tn('applications.upload.countTaken', taken),
      known > 0 && tn('applications.upload.countKnown', known),
      refused > 0 && tn('applications.upload.countRefused', refused),
    ]
      .filter(Boolean)
      .join(', ')
  }
  return (
    <div class="flex flex-wrap items-center justify-between gap-3 empty:hidden">
      <p role="status" class="text-sm font-medium empty:hidden">
        {words()}
      </p>
      <Show when={!props.isBusy && counts().taken + counts().known > 0}>
        <ButtonLink href={APPLICATIONS}>{t('applications.upload.toList')}</ButtonLink>
      </Show>
    </div>
  )
}
