export {
  type CardFinding,
  cardFindingsOf,
  cardFindingsSince,
  hasCardFindingSince,
  recordCardFindings,
  recordCardFindingsRaw,
} from './service'
