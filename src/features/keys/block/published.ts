import { compareKcv, type Kcv, type KcvAlgorithm } from './kcv'
import type { KeyBlock } from './parse'

/**
 * Check values of keys that stand in clear in TR-31:2018 (annex A), X9.143:2021 (8), ISO 20038:2017 (annex B), X9.24,
 * manuals of HSMs and terminals, and of those the demonstration is made of: wrapped keys and those that protect them.
 * With 24 bits one of 560,000 keys of a fleet bears one of them by chance; a new key is drawn then.
 */
const PUBLISHED_KCVS: Readonly<Record<KcvAlgorithm, readonly string[]>> = {
  legacy: (
    '0169E3 08D7B4 11B651 1E2FA2 2F0EEA 2F3155 491682 57C409 5C9405 6AEB1D 78040A 9A4212 A35231 A5F795 AF8C07 ' +
    'B29D42 C0D5B5 C41B33 CB9DEA D1D812 D2B91C DDB736 E18DE2 E5E07C E99CAE EC46B3 ECAD62 F4B08D F7BAA8 FF5087'
  ).split(' '),
  cmac: (
    '05EF4531EC 08793E25AB 0A00E31EEB 2331550BC9 377822C093 7C332546DA 7CF7A49CFF 87E4D6B17E 96954B5EF9 ' +
    '9E357FBF09 ABF549C520 F83E40F7A1'
  ).split(' '),
}

/** How the ciphertext of their blocks begins: 128 bits that no other key has. */
const PUBLISHED_CIPHERTEXTS: readonly string[] = [
  'F40D5672C6D0EC86F860BA88D44D00F0',
  '1C414014375212C24995E405B5EE052C',
  'C9B875FF7A5316BF221C09ED52080DE0',
  'F5161ED902807AF26F1D62263644BD24',
  '94B420079CC80BA3461F86FE26EFC4A3',
  'BFB9B689CB567E66FC3FEE5AD5F52161',
  'BB68BE8680A400D9191AD4ECE45B6E6C',
  'B82679114F470F540165EDFBF7E250FC',
  '37DB9B046B7B0048785690759580ABC3',
  '127862F945C2DED04530FAF7CDBC8B0B',
  '18462FA5903B8D2B82FEE26B29713C0B',
  '2C77FA3F4A553BED6E88AE5C172A4166',
  '42B758A2400AB598AE37782823DAF0BA',
  '15CEB14B76D551F21EC43A75390FA118',
  'A800A7D1A4C0C1BE762177E1CC59D848',
  '1D97E1A8BE3F9ABA19B1BBC382D22CED',
  '8C1CB96C82BFFB2DFA31216647B06D3E',
  'D078A2657E5B57972CD3D308E05E1FE5',
  '3C4F5024C59C182F7165BC870FCB7F63',
  'B51725B5DD1F18D7A28B3EBD15BA8DE9',
  '6F9F1A826814AA066D86C8C18BD0E140',
  'B2AE5E26BBA7F246E84D5EA24167E208',
  'BE15539F7288B0C6ACF04E72607915D0',
  'DC3C0DCD65441E91347E63F6CD1E2860',
  'A6A41AFE4D74265931BFC0B51D1FB443',
  '1D8B5295B2E88126AE443C0D3455A333',
  'D00F34206A5E18D276E52D6CA3009D44',
  'B7BA347767376340EF93FE7C4E68E99C',
  'EF3D7FCE74916558BDF7BDE427252241',
  '81DEB103F14A9AE5DF0B68BFCC6B1E80',
  '02F8609A6409C8E30141F1040E3C318F',
  'A55775EFE20246D853D335B678890123',
]

/** Pure: a check value of a key whose value is published. Shorter than three bytes it says nothing. */
export function isPublishedKcv(given: Kcv): boolean {
  if (given.kcv.length < 6) return false
  const { algorithm } = given
  return PUBLISHED_KCVS[algorithm].some((kcv) => compareKcv(given, { kcv, algorithm }) === 'same')
}

/** Pure: a block of a published key, or under one, as far as its ciphertext and check values tell. */
export function isPublishedKey({ ciphertext, kcv, protectionKcv }: KeyBlock): boolean {
  const isKnown = PUBLISHED_CIPHERTEXTS.some((start) => ciphertext.startsWith(start))
  return isKnown || [kcv, protectionKcv].some((one) => one !== null && isPublishedKcv(one))
}
