import { For } from 'solid-js'
import { version } from '../../package.json'

const LINKS = [
  { href: '/readyz', title: 'Readiness', text: 'What this server waits for, if anything.' },
  {
    href: '/api/openapi.json',
    title: 'OpenAPI',
    text: 'The REST interface of integrators, machine-readable.',
  },
]

const COMMANDS = [
  {
    text: 'Make the first administrator',
    command: 'npm run psm -- operators create --username admin --password … --role admin',
  },
  {
    text: 'Register a terminal and get its enrolment code',
    command: 'npm run psm -- terminals register --serial SN0001 --platform other',
  },
  {
    text: 'Play a fleet against this server',
    command: 'npm run simulate -- --server http://127.0.0.1:3000 --terminals 100 --api-key psk_…',
  },
]

export default function Start() {
  return (
    <main class="mx-auto max-w-3xl px-6 py-20">
      <p class="text-sm font-medium tracking-wide text-teal-700 uppercase">Terminal management</p>
      <h1 class="mt-2 text-4xl font-semibold tracking-tight">psManager is running</h1>
      <p class="mt-3 text-slate-600">
        Version {version}. Terminals enrol, check in and fetch what is theirs below{' '}
        <code class="rounded bg-slate-200/70 px-1.5 py-0.5 text-sm">/terminal/v1</code>.
      </p>
      <div class="mt-10 grid gap-4 sm:grid-cols-2">
        <For each={LINKS}>
          {(link) => (
            <a
              href={link.href}
              rel="external"
              class="rounded-xl border border-slate-200 bg-white p-5 shadow-xs transition hover:border-teal-600 hover:shadow-md"
            >
              <span class="font-medium">{link.title}</span>
              <span class="mt-1 block text-sm text-slate-600">{link.text}</span>
              <code class="mt-3 block text-xs text-slate-500">{link.href}</code>
            </a>
          )}
        </For>
      </div>
      <h2 class="mt-12 text-lg font-semibold">On the command line</h2>
      <ul class="mt-4 space-y-4">
        <For each={COMMANDS}>
          {(one) => (
            <li>
              <p class="text-sm text-slate-600">{one.text}</p>
              <pre class="mt-1 overflow-x-auto rounded-lg bg-slate-900 px-4 py-3 text-sm text-slate-100">
                <code>{one.command}</code>
              </pre>
            </li>
          )}
        </For>
      </ul>
    </main>
  )
}
