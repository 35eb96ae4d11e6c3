import { useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import { createEffect, createMemo, createSignal, onCleanup, onMount, Show, untrack } from 'solid-js'
import { api } from '../../../../../app/api'
import { guardLeaving } from '../../../../../app/leave-guard'
import { useI18n } from '../../../../../i18n'
import { Button } from '../../../../../ui/button'
import { Card } from '../../../../../ui/card'
import { RadioGroup } from '../../../../../ui/choice-field'
import { useConfirm } from '../../../../../ui/confirm'
import { createForm, Form } from '../../../../../ui/form'
import { refusalOf } from '../../../../../ui/form/refusal'
import { useToasts } from '../../../../../ui/toast'
import { type MakingState, makeOnServer, waitForNetwork } from '../../../../../ui/upload'
import { KIND_OF_PLATFORM } from '../../lists'
import { PACKAGES, packagePath, uploadPath } from '../places'
import { nameOf, PLATFORM_OPTIONS, packagePlatform } from '../words'
import { FileList } from './file-list'
import { createInspection, type Suggested } from './inspection'
import { MakingNote } from './making-note'
import { PackageFields } from './package-fields'
import { initialForm, PackageForm, type PackageValues } from './package-form'
import { ReportCard } from './report'
import { useDrafts } from './use-drafts'
import { createWork } from './work'

/** One package being uploaded; everything about it is remembered, so that a reloaded page goes on with it. */
export function PackageUpload(props: { draftId: string; onBegun(): void }) {
  const { t } = useI18n()
  const drafts = useDrafts()
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { draftId } = props
  const restored = drafts.read(draftId)
  const work = createWork(restored)
  const [making, setMaking] = createSignal<MakingState>()
  const leaving = new AbortController()
  onCleanup(() => leaving.abort())
  guardLeaving(
    () =>
      work.isBusy()
        ? {
            title: t('packages.upload.leaveTitle'),
            text: t('packages.upload.leaveText'),
            action: t('packages.upload.leave'),
          }
        : undefined,
    // The page's own address changes when it is given the id of a draft.
    ({ to }) => to === uploadPath(draftId),
  )

  const form = createForm<PackageForm, PackageValues>({
    schema: PackageForm as never,
    initial: initialForm(restored),
    submit: (values) => make(values),
  })
  const platform = () => packagePlatform(form.values.platform)
  const isOfSet = () => KIND_OF_PLATFORM[platform() ?? 'other'] === 'file-set'
  const models = createMemo(() => form.values.models.map(({ value }) => value))
  const isFrozen = () => making() !== undefined
  const inspection = createInspection(work, () => ({ ...form.values, models: models() }), {
    isPaused: isFrozen,
    onSuggested: fillIn,
  })

  /** What the operator has entered stays. */
  function fillIn(suggested: Suggested) {
    for (const name of ['component', 'version', 'fromVersion'] as const) {
      const value = suggested[name]
      if (value !== null && form.values[name].trim() === '') form.field(name).onInput(value)
    }
  }
  createEffect(() => {
    const { files, isOrderOwn } = work
    if (files.length === 0) return drafts.remove(draftId)
    drafts.write(draftId, {
      ...form.values,
      models: models(),
      files: [...files],
      isOrderOwn,
      isMaking: isFrozen(),
    })
    untrack(() => props.onBegun())
  })

  const make = async ({ models, fromVersion, ...values }: PackageValues) => {
    const input = {
      ...values,
      fromVersion: fromVersion || null,
      models: models.map(({ value }) => value),
      files: work.files.map(({ uploadId = '', target }) => ({ uploadId, target })),
    }
    setMaking({ stage: 'asked' })
    try {
      const made = await makeOnServer(
        { create: () => api.packages.create.run(input), wait: waitForNetwork, onState: setMaking },
        leaving.signal,
      )
      drafts.remove(draftId)
      void queries.invalidateQueries({ queryKey: api.packages.key() })
      toasts.show({ kind: 'good', title: t('packages.upload.made', { name: nameOf(made) }) })
      leaving.abort()
      navigate(packagePath(made.id), { replace: true })
    } catch (error) {
      if (leaving.signal.aborted) return
      setMaking(undefined)
      work.refresh()
      throw error
    }
  }
  createEffect(() => {
    if (refusalOf(inspection.error()).code === 'upload_not_found') work.refresh()
  })
  onMount(() => {
    if (restored?.isMaking === true) void form.submit()
  })

  const discard = async () => {
    const isSure = await confirm({
      title: t('packages.unfinished.discardTitle'),
      text: t('packages.unfinished.discardText'),
      action: t('packages.unfinished.discard'),
      isDangerous: true,
    })
    if (!isSure) return
    void work.discard()
    drafts.remove(draftId)
    toasts.show({ kind: 'good', title: t('packages.unfinished.discarded') })
    navigate(PACKAGES)
  }
  const hasWarnings = () => (inspection.report()?.warnings.length ?? 0) > 0
  const isReady = () => work.isComplete() && (isOfSet() || work.files.length === 1)
  return (
    <div class="max-w-4xl">
      <Form form={form}>
        <Card>
          <RadioGroup
            {...form.field('platform')}
            isRequired
            label={t('packages.upload.platform')}
            disabled={isFrozen()}
            options={PLATFORM_OPTIONS.map(({ value, label }) => ({
              value,
              label,
              hint: t(
                KIND_OF_PLATFORM[packagePlatform(value) ?? 'other'] === 'file-set'
                  ? 'packages.upload.hintSet'
                  : 'packages.upload.hintOta',
              ),
            }))}
          />
        </Card>
        <Card title={t('packages.upload.files')}>
          <Show
            when={platform() !== undefined}
            fallback={<p class="text-sm text-muted">{t('packages.upload.platformFirst')}</p>}
          >
            <FileList work={work} inspection={inspection} isOfSet={isOfSet()} isFrozen={isFrozen()} />
          </Show>
        </Card>
        <ReportCard inspection={inspection} />
        <Card title={t('packages.upload.package')}>
          <div class="flex flex-col gap-5">
            <PackageFields form={form} isFrozen={isFrozen()} />
            <Show when={making()}>{(state) => <MakingNote state={state()} />}</Show>
            <div class="flex flex-wrap items-center gap-3">
              <Button type="submit" look="primary" isBusy={isFrozen()} disabled={!isReady()}>
                {t(hasWarnings() ? 'packages.upload.createAnyway' : 'packages.upload.create')}
              </Button>
              <Show when={work.files.length > 0 && !isFrozen()}>
                <Button look="quiet" onClick={() => void discard()}>
                  {t('packages.upload.discard')}
                </Button>
              </Show>
              <Show when={!work.isComplete()}>
                <p class="text-sm text-muted">{t('packages.upload.waitForFiles')}</p>
              </Show>
            </div>
          </div>
        </Card>
      </Form>
    </div>
  )
}
