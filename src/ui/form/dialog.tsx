import { createUniqueId, type JSX } from 'solid-js'
import { useI18n } from '../../i18n'
import { Button } from '../button'
import { Dialog, type DialogProps } from '../dialog'
import { Form, type FormProps } from '.'

interface Submission {
  form: FormProps['form']
  onClose: () => void
  /** What the main button says; "Save" where it is left out. */
  action?: string | undefined
  isDangerous?: boolean
  /** Until what the form starts from is there, nothing can be sent. */
  isLoading?: boolean
}

/** A modal window around one form; what stands in it are the form's fields. It is there as long as it is mounted. */
export function FormDialog(
  props: Submission & Pick<DialogProps, 'title' | 'description' | 'size'> & { children: JSX.Element },
) {
  const id = createUniqueId()
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={props.title}
      description={props.description}
      size={props.size}
      footer={<FormFooter {...props} id={id} />}
    >
      <Form form={props.form} id={id}>
        {props.children}
      </Form>
    </Dialog>
  )
}

/** The two buttons of a form in a window, for windows that go on to something else: `<Form form={form} id={id}>` is in the window. */
export function FormFooter(props: Submission & { id: string }) {
  const { t } = useI18n()
  return (
    <>
      <Button onClick={() => props.onClose()}>{t('ui.cancel')}</Button>
      <Button
        type="submit"
        form={props.id}
        look={props.isDangerous ? 'danger' : 'primary'}
        isBusy={props.form.isSubmitting()}
        disabled={props.isLoading}
      >
        {props.action ?? t('ui.save')}
      </Button>
    </>
  )
}
