export { type CardFinding, cardFindingsOf, recordCardFindings, recordCardFindingsRaw } from './service'
