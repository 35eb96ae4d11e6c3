import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import type { Inputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import { refusalOf } from '../../../../ui/form/refusal'
import { useToasts } from '../../../../ui/toast'
import type { ConnectionReport } from '../../schemas'
import { createApply } from '../choose/apply'
import { createPreview, type Preview } from '../choose/preview'
import { useRefresh } from '../refresh'

export type ConnectionInput = Inputs['profile']['previewConnection']

/** What connecting terminals to a set, or taking theirs from them, would do. */
export const createConnectionPreview = (wanted: () => ConnectionInput | undefined) =>
  createPreview<ConnectionInput, ConnectionReport>(wanted, (input) =>
    api.profile.previewConnection.query(input),
  )

/** Does what it said. Where applications go, or other sets are left, that is asked first. */
export function createConnectionApply(preview: () => Preview<ConnectionInput, ConnectionReport>) {
  const commands = createConnectionCommands()
  return createApply(preview, async (input, agreed: ConnectionReport) =>
    (await commands.asks(input, agreed)) ? commands.apply(input, agreed.fingerprint) : NOT_DONE,
  )
}

/** What came of pressing the button where the question was answered with no. */
export const NOT_DONE: ConnectionReport = Object.freeze({
  ...{ terminals: 0, already: 0, changes: 0, sample: [], leaving: [], tally: null, fingerprint: '' },
  ...{ unknown: { count: 0, first: [] }, unreadable: { count: 0, first: [] } },
  ...{ contradicting: { count: 0, first: [] }, outOfService: { count: 0, first: [] } },
  ...{ sharedTids: { count: 0, first: [] }, notAndroid: { count: 0, first: [] } },
})

/** Connects and disconnects, as previews said or not at all. */
export function createConnectionCommands() {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const toasts = useToasts()
  const confirm = useConfirm()
  const refresh = useRefresh()

  /** Throws what the server refuses, but for `assignment_changed`. */
  const apply = async (
    input: ConnectionInput,
    fingerprint: string,
  ): Promise<ConnectionReport | 'changed'> => {
    try {
      const report = await api.profile.applyConnection.run({ ...input, fingerprint })
      const key = input.setId === null ? 'connections.done.disconnect' : 'connections.done.connect'
      toasts.show({ kind: 'good', title: tn(key, report.changes) })
      refresh()
      return report
    } catch (error) {
      if (refusalOf(error).code !== 'assignment_changed') throw error
      return 'changed'
    }
  }
  return {
    apply,
    /** True where nothing is lost by it, or where that was agreed to. */
    async asks({ setId }: ConnectionInput, { changes, leaving, tally }: ConnectionReport): Promise<boolean> {
      if (setId === null)
        return confirm({
          title: tn('connections.ask.disconnectTitle', changes),
          text: t('connections.ask.disconnectText'),
          action: t('connections.ask.disconnect'),
          isDangerous: true,
        })
      const left = leaving.reduce((sum, { terminals }) => sum + terminals, 0)
      const removed = tally?.remove ?? []
      if (left + removed.length === 0) return true
      return confirm({
        title: tn('connections.ask.connectTitle', changes),
        text: [
          ...(left > 0
            ? [tn('connections.ask.leaving', left, { names: leaving.map(({ name }) => name).join(', ') })]
            : []),
          ...(removed.length > 0
            ? [
                t('connections.ask.removes', {
                  names: removed.map((one) => `${one.package} (${format.number(one.terminals)})`).join(', '),
                }),
              ]
            : []),
        ].join(' '),
        action: tn('connections.apply.connect', changes),
        isDangerous: removed.length > 0,
      })
    },
    /** Takes its set from one terminal, after it was asked. */
    async disconnect(terminalId: string, serial: string, setName: string): Promise<void> {
      const input: ConnectionInput = {
        setId: null,
        choice: { by: 'terminals', terminalIds: [terminalId] },
      }
      const isSure = await confirm({
        title: t('connections.ask.oneTitle', { name: setName, serial }),
        text: t('connections.ask.disconnectText'),
        action: t('connections.ask.disconnect'),
        isDangerous: true,
      })
      if (!isSure) return
      try {
        const { fingerprint } = await api.profile.previewConnection.fetch(input)
        if ((await apply(input, fingerprint)) !== 'changed') return
        toasts.show({
          kind: 'danger',
          title: t('profile.assign.failed'),
          text: t('errors.assignment_changed'),
        })
      } catch (error) {
        toasts.show({ kind: 'danger', title: t('profile.assign.failed'), text: failureOf(error, i18n).text })
      }
      refresh()
    },
  }
}
