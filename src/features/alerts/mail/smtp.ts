import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import nodemailer from 'nodemailer'
import type { Settings } from '../../../config'
import { maskText } from '../../../core/pan-guard'
import { makeStorable } from '../../../core/storable'
import type { MailError } from './lists'
import { oneLine } from './one-line'

const TIMEOUT_MS = 15_000
const KEPT_CHARACTERS = 500

export interface Letter {
  to: string
  subject: string
  text: string
  /** Without angle brackets; the same where the same is sent again, so that a mailbox may know it. */
  messageId: string
}

export interface MailAnswer {
  /** Undefined where it was taken. */
  error: MailError | undefined
  /** What the server said, or what the library says of it: no card number, no password. */
  answer: string
  durationMs: number
}

export const isMailSet = ({ mail }: Pick<Settings, 'mail'>): boolean => mail.smtpUrl !== undefined

/** The mail server as people are told of it: never its password. */
export function mailHost({ mail }: Pick<Settings, 'mail'>): string {
  return mail.smtpUrl === undefined ? '' : new URL(mail.smtpUrl).host
}

/** Hands a letter to the mail server and tells what it said. @throws Error where SMTP_URL is not set */
export async function sendLetter({ mail }: Pick<Settings, 'mail'>, letter: Letter): Promise<MailAnswer> {
  const { smtpUrl, from } = mail
  if (smtpUrl === undefined || from === undefined) throw new Error('SMTP_URL is not set.')
  const url = new URL(smtpUrl)
  const isTlsFromStart = url.protocol === 'smtps:'
  const startedMs = performance.now()
  const answered = (error: MailError | undefined, answer: string): MailAnswer => ({
    error,
    answer: shown(answer),
    durationMs: Math.round(performance.now() - startedMs),
  })
  try {
    const transport = nodemailer.createTransport({
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (isTlsFromStart ? 465 : 587) : Number(url.port),
      secure: isTlsFromStart,
      requireTLS: !isTlsFromStart && mail.tls === 'required',
      ignoreTLS: !isTlsFromStart && mail.tls === 'none',
      tls: { minVersion: 'TLSv1.2', ...(await trusted(mail.caFile)) },
      ...(url.username === ''
        ? {}
        : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      const { response } = await transport.sendMail({
        from,
        to: letter.to,
        subject: oneLine(letter.subject),
        text: letter.text,
        messageId: `<${letter.messageId}>`,
        // RFC 3834: no machine is to answer.
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      return answered(undefined, response)
    } finally {
      transport.close()
    }
  } catch (error) {
    const failure = error as SmtpFailure
    return answered(errorOf(failure), failure.response ?? failure.message)
  }
}

async function trusted(caFile: string | undefined): Promise<{ ca?: string[] }> {
  return caFile === undefined ? {} : { ca: [...rootCertificates, await readFile(caFile, 'utf8')] }
}

/** Masked before it is cut: half a card number would not be known as one. */
function shown(text: string): string {
  return makeStorable(maskText(oneLine(text)).text.slice(0, KEPT_CHARACTERS)) as string
}

interface SmtpFailure extends Error {
  code?: string
  command?: string
  response?: string
}

/** Of a failure the library names what went wrong, and in `command` where. */
function errorOf({ code = '', command = '', message }: SmtpFailure): MailError {
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') return 'sign_in_refused'
  if (code === 'EENVELOPE') return command === 'MAIL FROM' ? 'sender_refused' : 'recipient_refused'
  if (code === 'EMESSAGE' || code === 'EMAXLIMIT') return 'message_refused'
  if (code === 'EDNS' || /ENOTFOUND|EAI_|ENODATA/.test(message)) return 'unresolved'
  if (/ECONNREFUSED/.test(message)) return 'connection_refused'
  if (code === 'ETIMEDOUT' || /timed? ?out/i.test(message)) return 'timeout'
  if (code === 'ETLS' || /certificate|SSL|TLS|self.signed/i.test(message)) return 'tls_failed'
  if (code === 'EPROTOCOL') return 'bad_answer'
  if (/ECONNRESET|EPIPE|closed unexpectedly/.test(message)) return 'connection_lost'
  return 'unreachable'
}
