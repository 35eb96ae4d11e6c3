import { AsyncLocalStorage } from 'node:async_hooks'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { betterAuth } from 'better-auth/minimal'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { username } from 'better-auth/plugins/username'
import type { Settings } from '../../../config'
import { newId } from '../../../core/ids'
import type { Logger } from '../../../core/log'
import type { Database } from '../../../db/client'
import { hashPassword, verifyPassword } from '../password'
import { operatorAccounts, operators } from '../tables'
import { cookieNames } from './cookies'
import { operatorChallenges, operatorSessions, operatorTwoFactors } from './tables'

/** What one message lends the library: its transaction, its time, and how long a new session may live. */
export interface Loan {
  db: Database
  now: Date
  sessionEndsAt: Date
  /** When whoever gets a new session proved who they are. */
  provedAt: Date
}

export interface LibraryAnswer {
  isDone: boolean
  status: number
  /** The library's own word for a refusal. */
  code: string | undefined
  body: Record<string, unknown>
  cookies: string[]
}

export interface LibraryOptions {
  secret: string
  settings: Settings
  log: Logger
}

const SECOND_FACTOR_SECONDS = 600
const ISSUER = 'psManager'
/** A moment of a session that the library carries and knows nothing of. */
const OWN_MOMENT = { type: 'date', required: false, input: false, returned: false } as const

/**
 * better-auth, as far as it is used: passwords, sessions and second factors on our tables. None of its addresses is
 * reachable: messages call single functions of it. It has no connection of its own, only the transaction that is lent
 * to it for a call, so that whatever it writes stands or falls with the audit row.
 */
export class Library {
  readonly #loans = new AsyncLocalStorage<Loan>()
  readonly #plain: Instance
  readonly #secure: Instance

  constructor(options: LibraryOptions) {
    const loan = () => {
      const current = this.#loans.getStore()
      if (current === undefined) throw new Error('The sign-in library was called outside of a message.')
      return current
    }
    this.#plain = createInstance(options, loan, false)
    this.#secure = createInstance(options, loan, true)
  }

  /** Calls one function of the library within a transaction; its refusals are answers, its mistakes errors. */
  async call(
    isSecure: boolean,
    loan: Loan,
    run: (api: Instance['api']) => Promise<Response>,
  ): Promise<LibraryAnswer> {
    const { api } = isSecure ? this.#secure : this.#plain
    const answer = await this.#loans.run(loan, () => run(api))
    const text = await answer.text()
    const body = (text === '' ? {} : (JSON.parse(text) ?? {})) as Record<string, unknown>
    if (answer.status >= 500)
      throw new Error(`The sign-in library failed: ${String(body.code ?? answer.status)}`)
    const names = Object.values(cookieNames(isSecure))
    return {
      isDone: answer.ok,
      status: answer.status,
      code: typeof body.code === 'string' ? body.code : undefined,
      body,
      cookies: answer.headers
        .getSetCookie()
        .filter((one) => names.some((name) => one.startsWith(`${name}=`))),
    }
  }
}

type Instance = ReturnType<typeof createInstance>

function createInstance({ secret, settings, log }: LibraryOptions, loan: () => Loan, isSecure: boolean) {
  const names = cookieNames(isSecure)
  const attributes = { secure: isSecure, httpOnly: true, sameSite: 'lax', path: '/' } as const
  const lentDatabase = new Proxy({} as Record<string, unknown>, {
    get: (_nothing, name) => Reflect.get(loan().db, name),
  })
  return betterAuth({
    appName: ISSUER,
    // Only ever used to make links, and none are made.
    baseURL: isSecure ? 'https://localhost' : 'http://localhost',
    // Unlike `secret` not overruled by variables of the environment that the library knows and we do not.
    secrets: [{ version: 1, value: secret }],
    database: drizzleAdapter(lentDatabase, {
      provider: 'pg',
      schema: { operators, operatorAccounts, operatorSessions, operatorChallenges, operatorTwoFactors },
    }),
    user: { modelName: 'operators' },
    account: { modelName: 'operatorAccounts', fields: { userId: 'operatorId' } },
    verification: { modelName: 'operatorChallenges', disableCleanup: true },
    session: {
      modelName: 'operatorSessions',
      fields: { userId: 'operatorId' },
      additionalFields: { lastUsedAt: OWN_MOMENT, provedAt: OWN_MOMENT },
      expiresIn: settings.signIn.maxHours * 3600,
      disableSessionRefresh: true,
    },
    databaseHooks: {
      session: {
        create: {
          async before(session) {
            const { now, sessionEndsAt, provedAt } = loan()
            const times = {
              createdAt: now,
              updatedAt: now,
              lastUsedAt: now,
              expiresAt: sessionEndsAt,
              provedAt,
            }
            return { data: { ...session, ...times } }
          },
        },
      },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 200,
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => verifyPassword(password, hash),
      },
    },
    plugins: [
      username({
        displayUsername: false,
        usernameNormalization: false,
        maxUsernameLength: 50,
        usernameValidator: () => true,
      }),
      twoFactor({
        issuer: ISSUER,
        twoFactorTable: 'operatorTwoFactors',
        schema: { twoFactor: { fields: { userId: 'operatorId' } } },
        twoFactorCookieMaxAge: SECOND_FACTOR_SECONDS,
        // Ours counts passwords and codes together.
        accountLockout: { enabled: false },
      }),
    ],
    advanced: {
      // Its check wants columns for other providers and for signing up; ours are compared with the migrations.
      database: { generateId: () => newId(), validateSchema: false },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      useSecureCookies: false,
      cookies: {
        session_token: { name: names.session, attributes },
        two_factor: { name: names.secondFactor, attributes },
      },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (level, message) => log.warn('sign_in_library', { level, text: message }),
    },
  })
}

/** The library has it from us, never from the caller. */
const ADDRESS_HEADER = 'x-psm-address'

/** The headers the library sees: these and no others. */
export function libraryHeaders(parts: {
  cookie: string | undefined
  address: string
  userAgent: string
}): Headers {
  const headers = new Headers({ [ADDRESS_HEADER]: parts.address, 'user-agent': parts.userAgent })
  if (parts.cookie !== undefined) headers.set('cookie', parts.cookie)
  return headers
}
