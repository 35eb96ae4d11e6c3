import CircleAlert from 'lucide-solid/icons/circle-alert'
import { createEffect, createMemo, createSignal, on, Show } from 'solid-js'
import { failureOf, type ShownFailure } from '../../../../app/failure'
import { guardLeaving } from '../../../../app/leave-guard'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { Button, Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { Facts } from '../../../../ui/facts'
import { createForm } from '../../../../ui/form'
import { Skeleton } from '../../../../ui/skeleton'
import { DropZone, UploadList } from '../../../../ui/upload'
import { LICENCES } from '../places'
import { FACTS, factName, factValue } from '../words'
import { createAim, fetchContent } from './aim'
import { createImport } from './create-import'
import { FolderButton } from './folder-button'
import { GivenFactsFields, GivenForm, givenOf, NOTHING_GIVEN } from './given-facts'
import { ImportProgress } from './import-progress'
import { leaveQuestion } from './leave-question'
import { Results } from './results'

/** What a ZIP of licences may weigh. */
const MOST_BYTES = 256 * 1024 * 1024

/** Licence files on their way in: chosen, sent, taken in, and what became of each. */
export function UploadPage() {
  const i18n = useI18n()
  const { t } = i18n
  const aim = createAim()
  const work = createImport()
  guardLeaving(() => leaveQuestion(work, i18n))
  const [failure, setFailure] = createSignal<ShownFailure>()
  const [isAdding, setAdding] = createSignal(true)
  const form = createForm<GivenForm, GivenForm>({
    schema: GivenForm,
    initial: NOTHING_GIVEN,
    submit: (values) => begin(givenOf(values)),
  })
  const begin = (given: Parameters<typeof work.start>[0]) => {
    work.start(given)
    setAdding(false)
  }
  const start = () => (aim.isForOne() ? begin(aim.given() ?? {}) : form.submit())

  createEffect(
    on(
      () => aim.isReuse() && aim.licence.data,
      async (licence) => {
        // The licence is read anew after each import; its file is used once.
        if (!licence || work.isStarted()) return
        begin(aim.given() ?? {})
        try {
          await work.add([await fetchContent(licence.id, licence.fileName)])
        } catch (error) {
          setFailure(failureOf(error, i18n))
        }
      },
    ),
  )
  const title = createMemo(() => {
    const { data } = aim.licence
    if (data !== undefined) return t('license.upload.titleReplace', { licId: data.licId })
    const serial = aim.given()?.serial
    return serial === undefined ? t('license.upload.title') : t('license.upload.titleFor', { serial })
  })
  const startWords = () => t(aim.isForOne() ? 'license.upload.startFor' : 'license.upload.start')
  /** All is told by the results. */
  const isSettled = () =>
    work.isStarted() &&
    work.uploads.items.every(({ state }) => state === 'sent') &&
    work.session.batches().every(({ state }) => state === 'done')
  const list = () => (
    <UploadList
      uploads={work.uploads}
      details={(upload) => (
        <ImportProgress
          batch={work.session.batches().find(({ uploadId }) => uploadId === upload.uploadId)}
          session={work.session}
          startWords={startWords()}
        />
      )}
    />
  )
  const hasFiles = () => work.uploads.items.length > 0 || work.isPacking()
  return (
    <Page
      title={title()}
      permission="licenses:write"
      parent={{ title: t('license.list.title'), href: LICENCES }}
      text={t(aim.isForOne() ? 'license.upload.textFor' : 'license.upload.text')}
    >
      <div class="max-w-5xl space-y-5">
        <Show when={aim.licence.error}>
          {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void aim.licence.refetch()} />}
        </Show>
        <Show when={failure()}>{(shown) => <ErrorNote {...shown()} />}</Show>
        <Show when={aim.isForOne() && aim.licence.isLoading}>
          <Skeleton lines={3} />
        </Show>
        <Show when={aim.isForOne() && aim.given()}>
          {(given) => (
            <Card>
              <Facts
                facts={FACTS.filter((fact) => given()[fact] !== undefined).map((fact) => ({
                  name: factName(fact, i18n),
                  value: factValue(fact, given()[fact] ?? '', i18n),
                }))}
              />
            </Card>
          )}
        </Show>
        <Show when={work.isStarted() && !isSettled()}>{list()}</Show>
        <Show when={work.session.results().length > 0}>
          <Results session={work.session} />
        </Show>
        <Show
          when={isAdding()}
          fallback={
            <Show when={!aim.isForOne()}>
              <Button onClick={() => setAdding(true)}>{t('license.upload.more')}</Button>
            </Show>
          }
        >
          <Show when={!aim.isForOne() || (aim.given() !== undefined && !aim.isReuse())}>
            <Card class="space-y-4">
              <DropZone
                label={t(aim.isForOne() ? 'license.upload.zoneOne' : 'license.upload.zone')}
                isSingle={aim.isForOne()}
                maxBytes={MOST_BYTES}
                onFiles={(files) => {
                  if (aim.isForOne()) work.uploads.clear()
                  void work.add(files)
                }}
              />
              <Show when={!aim.isForOne()}>
                <FolderButton onFiles={(files) => void work.add(files)} />
                <Show when={!work.isStarted()}>
                  <GivenFactsFields form={form} />
                </Show>
              </Show>
            </Card>
          </Show>
        </Show>
        <div role="alert" class="empty:hidden">
          <Show when={work.problem()}>
            {(problem) => (
              <p class="flex items-start gap-2 text-sm text-danger">
                <CircleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
                {problem()}
              </p>
            )}
          </Show>
        </div>
        <Show when={work.isPacking()}>
          <p role="status" class="flex items-center gap-2 text-sm text-muted">
            <Spinner />
            {t('license.upload.packing')}
          </p>
        </Show>
        <Show when={!work.isStarted()}>{list()}</Show>
        <Show when={!work.isStarted() && hasFiles()}>
          <Button look="primary" onClick={() => void start()}>
            {startWords()}
          </Button>
        </Show>
      </div>
    </Page>
  )
}
