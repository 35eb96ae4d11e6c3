const ID = '0197a3c2-5b1e-7c4d-8f20-6a1b2c3d4e5f'
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const TOKEN = 'pst_pxJ3vN0qk1Zc7YyUu8hQmB2rTg5dWfE9aLsKo4iXn6M'
const KEPT = { id: ID, sha256: SHA256, size: 48211 }

/** What a message looks like on the wire. A test holds each against its shape. */
export interface MessageExamples {
  /** By the names of its path, query and headers. */
  parameters?: Readonly<Record<string, string>>
  body?: unknown
  answers?: Readonly<Record<number, unknown>>
}

/** By the names of the messages. */
export const EXAMPLES: Readonly<Record<string, MessageExamples>> = {
  enroll: {
    body: {
      serial: 'SN0001',
      platform: 'ingenico-t3',
      model: 'Desk/3500',
      tid: '00001234',
      enrollmentCode: '7KQ4M-R2XVB-9TWHD-C5NPA-6FGJE',
    },
    answers: {
      201: {
        terminalId: ID,
        token: TOKEN,
        serverTime: '2026-11-24T10:00:00.000Z',
        nextCheckInSeconds: 311,
      },
    },
  },
  'check-in': {
    body: {
      status: {
        serial: 'SN0001',
        model: 'WPOS-3',
        os: 'Android 7.1.2',
        abis: ['armeabi-v7a', 'armeabi'],
        tids: [{ tid: '00001234', mid: '000000000001234', acquirer: 'bank-a' }],
        application: { name: 'psPos', version: '3.14.2' },
        components: [{ name: 'system', version: '2.7.0' }],
        apps: [{ package: 'com.example.loyalty', versionCode: 41, versionName: '4.1', signerSha256: SHA256 }],
        licenses: [{ licId: 'LIC-77', sha256: SHA256 }],
        keys: [{ slot: 'acq1/tmk', kcv: '08D7B4' }],
        transportKeyKcv: 'D1D812',
        ecr: { connected: true, protocol: 'arcus2' },
        network: { type: 'lte', operator: '25001' },
        printer: 'ok',
      },
      statusHash: '7c211433f02071597741e6ff5a8ea34789abbf43',
      vitals: {
        signalDbm: -91,
        battery: { percent: 83, charging: false },
        freeBytes: 912680550,
        uptimeSeconds: 86400,
        localTime: '2026-11-24T13:00:00+03:00',
        counters: { transactions: 118, declined: 4, unsettled: 0 },
      },
    },
    answers: {
      200: {
        serverTime: '2026-11-24T10:00:00.000Z',
        nextCheckInSeconds: 311,
        actions: [
          {
            id: ID,
            kind: 'license',
            licId: 'LIC-77',
            sha256: SHA256,
            size: 2310,
            url: '/terminal/v1/license?licId=LIC-77',
          },
        ],
      },
    },
  },
  token: { answers: { 200: { token: TOKEN } } },
  'action-result': {
    parameters: { id: ID },
    body: {
      state: 'failed',
      reason: 'out_of_space',
      vendorCode: 'E-17',
      message: 'needs 4 MB',
      progressPercent: 40,
    },
  },
  license: { parameters: { licId: 'LIC-77', 'If-None-Match': `"${SHA256}"` } },
  files: { parameters: { sha256: SHA256, Range: 'bytes=1048576-', 'If-Range': `"${SHA256}"` } },
  'key-bundle': { parameters: { bundleId: ID } },
  'key-result': {
    parameters: { bundleId: ID },
    body: {
      state: 'installed',
      kcvs: [
        { slot: 'acq1/tmk', kcv: '08D7B4' },
        { slot: 'acq1/pin', kcv: '1A2B3C' },
      ],
    },
  },
  eslips: {
    body: {
      slips: [
        {
          slipUid: '6f1c21e6-0d3c-4c52-9d55-4a8ce2b2f2c7',
          type: 'sale',
          result: 'approved',
          amount: 125050,
          currency: 'RUB',
          localDateTime: '2026-11-23T10:00:00+03:00',
          tid: '00001234',
          mid: '000000000001234',
          rrn: '632700123456',
          stan: '004711',
          authCode: 'A1B2C3',
          responseCode: '00',
          receiptNo: '118',
          batchNo: '12',
          pan: { first6: '220012', last4: '3456', length: 16 },
          scheme: 'mir',
          entryMode: 'contactless',
          cvm: 'none',
          text: { merchant: ['CORNER SHOP', 'APPROVED 1250.50 RUB'], customer: ['CORNER SHOP', 'THANK YOU'] },
        },
      ],
    },
    answers: {
      200: { results: [{ index: 0, slipUid: '6f1c21e6-0d3c-4c52-9d55-4a8ce2b2f2c7', status: 'stored' }] },
    },
  },
  'ecr-log': {
    parameters: {
      name: 'ecr-2026-11-26.log',
      from: '2026-11-26T00:00:00Z',
      to: '2026-11-27T00:00:00Z',
      'Upload-Offset': '1048576',
    },
    answers: { 200: KEPT, 201: KEPT },
  },
  'ecr-log-offset': { parameters: { name: 'ecr-2026-11-26.log' } },
}
