import type { FactName } from './facts'

/** A named value found somewhere in a licence; `key` and `parent` are squeezed. */
export interface Field {
  key: string
  parent: string
  value: string
}

const LONGEST_KEY = 100

const KEYS: Record<FactName, string> = {
  serial: `
    serial, serialNumber, serialNo, serialNum, serNo, sn, terminalSerial, terminalSerialNumber, terminalSerialNo,
    terminalSn, snTerminal, deviceSerial, deviceSerialNumber, deviceSn, posSerial, posSerialNumber, posSn,
    hwSerial, hardwareSerial, factoryNumber, factoryNo, zavodskojNomer, zavodskoyNomer, zavodskoiNomer, zavNomer,
    zavNo, zavodNomer, serijnyjNomer, seriynyyNomer, serijnyiNomer, seriinyiNomer, serNomer, nomerTerminala,
    серийный номер, серийный №, сер номер, сер №, заводской номер, заводской №, зав номер, зав №, sn терминала,
    серийный номер терминала, заводской номер терминала, номер терминала`,
  platform: `
    platform, platformId, platformName, terminalPlatform, devicePlatform, hardwarePlatform, terminalType,
    deviceType, model, terminalModel, deviceModel, platforma, tipTerminala, modelTerminala,
    платформа, тип терминала, модель, модель терминала`,
  licId: `
    licId, licenseId, licenceId, licNo, licNumber, licenseNo, licenceNo, licenseNumber, licenceNumber, licUid,
    licenseUid, licenceUid, licenseUuid, licenceUuid, idLicenzii, idLitsenzii, nomerLicenzii, nomerLitsenzii,
    id лицензии, ид лицензии, номер лицензии, лицензия №, идентификатор лицензии`,
  product: `
    product, productName, productId, productCode, software, softwareName, softwareProduct, application,
    applicationName, app, appName, appId, produkt, prilozhenie, prilozheniye, programma,
    продукт, приложение, программа, по, программное обеспечение`,
  issuedAt: `
    issued, issuedAt, issuedOn, issueDate, issuanceDate, dateIssued, dateOfIssue, issueTime, iat, licenseDate,
    licenceDate, dataVydachi, dataVypuska, vydana, vydano, дата выдачи, дата выпуска, выдана, выдано`,
  validUntil: `
    validUntil, validTo, validTill, validThru, validThrough, validBefore, expires, expiresAt, expiresOn, expire,
    expireDate, expiry, expiryDate, expiration, expirationDate, expirationTime, expireAt, expDate, exp, notAfter,
    until, usableUntil, endDate, dateEnd, licenseEnd, licenceEnd, dejstvitelnaDo, deystvitelnaDo, dejstvuetDo,
    deystvuetDo, srokDejstviya, srokDeystviya, dataOkonchaniya, godenDo, действительна до, действительно до,
    действует до, срок действия, срок действия до, дата окончания, годен до`,
}

/** Keys too common to mean anything by themselves, which do inside an element that names its subject. */
const KEYS_WITHIN: { fact: FactName; parents: string; keys: string }[] = [
  {
    fact: 'licId',
    parents:
      'license, licence, licenses, licences, lic, licenseInfo, licenceInfo, licenziya, litsenziya, лицензия',
    keys: 'id, uid, uuid, no, number, nomer, ид, номер, №',
  },
  {
    fact: 'product',
    parents:
      'product, software, application, app, program, produkt, programma, продукт, приложение, программа, по',
    keys: 'name, id, code, naimenovanie, nazvanie, наименование, название',
  },
  { fact: 'platform', parents: 'platform, platforma, платформа', keys: 'id, name, code' },
  {
    fact: 'validUntil',
    parents:
      'validity, validityPeriod, period, valid, term, srok, srokDejstviya, srokDeystviya, срок, срок действия',
    keys: 'to, till, end, do, do data, finish, до, по, окончание',
  },
]

/** Parts of a licence file that speak of the signer, whose serial numbers and dates are not the licence's. */
const FOREIGN = new Set(words('signature, certificate, cert, signer, issuer, keyInfo, publicKey, подпись'))

const FACT_OF_KEY = new Map(
  Object.entries(KEYS).flatMap(([fact, keys]) => words(keys).map((key) => [key, fact as FactName] as const)),
)
const FACT_WITHIN = new Map(
  KEYS_WITHIN.flatMap(({ fact, parents, keys }) =>
    words(parents).flatMap((parent) => words(keys).map((key) => [`${parent}/${key}`, fact] as const)),
  ),
)

/** A name without case, blanks and punctuation: `S/N`, `s.n.` and `sn` are one. Too long a name becomes empty. */
export function squeeze(raw: string): string {
  if (raw.length > LONGEST_KEY) return ''
  return raw
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replaceAll('№', 'no')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** The fact a squeezed key stands for, where its squeezed parent may have to say of what it speaks. */
export function factNamed(key: string, parent: string): FactName | undefined {
  return FACT_OF_KEY.get(key) ?? FACT_WITHIN.get(`${parent}/${key}`)
}

/** True for an element about the signer, not about the licence. */
export function isForeign(name: string): boolean {
  return FOREIGN.has(name)
}

function words(list: string): string[] {
  return list.split(',').map((word) => squeeze(word.trim()))
}
