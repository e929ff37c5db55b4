import type { Mend } from './texte.ts';

/** Dialling code of each overseas territory by the first digits of its postcodes. Mayotte shares La Réunion's. */
const PREFIX_BY_POSTCODE: readonly (readonly [string, string])[] = [
  ['971', '+590'],
  ['977', '+590'],
  ['978', '+590'],
  ['972', '+596'],
  ['973', '+594'],
  ['974', '+262'],
  ['976', '+262'],
  ['975', '+508'],
  ['986', '+681'],
  ['987', '+689'],
  ['988', '+687'],
];

/** Ten-digit numbers that belong to one overseas territory whatever the postcode says (ARCEP's numbering plan). */
const PREFIX_BY_NUMBER: readonly (readonly [RegExp, string])[] = [
  [/^0(?:590|690|691)/, '+590'],
  [/^0(?:594|694)/, '+594'],
  [/^0(?:596|696|697)/, '+596'],
  [/^0(?:262|263|269|639|692|693)/, '+262'],
];

/** Territories whose numbers have six digits: before them, the code makes the nine of a metropolitan number without its 0. */
const SIX_DIGITS = new Set(['+687', '+508', '+681']);

/** Numbers over the Internet, that each Caribbean, Guyanese or Indian Ocean territory has under its own prefix. */
const OVERSEAS_VOIP = /^09(?:39|47|76)/;

/**
 * `04 75 58 29 13` → `+33475582913`, `0262 59 39 85` → `+262262593985`, `26 54 32` at 98800 → `+687265432`. Of two
 * numbers the first is kept; what is not one clear number is left as it is, for validation to say so.
 */
export function mendTelephone(text: string, codePostal: string | null): Mend {
  const asIs = { text, notes: [] };
  if (/^\+\d+$/.test(text)) {
    const mended = mendPlus(text);
    return mended === text ? asIs : { text: mended, notes: ['indicatif remis au format du standard'] };
  }
  const single = parseNumber(text, codePostal);
  if (single) return { text: single, notes: ['numéro remis au format international'] };
  const [first, ...others] = text.split(/\s*(?:\/|\||;|,|\n|\bou\b|\bet\b| - )\s*/i).filter((part) => part !== '');
  const numbers = [first ?? '', ...others].map((part) => parseNumber(part, codePostal));
  if (numbers.length > 1 && numbers[0] && numbers.every((number) => number !== null)) {
    return { text: numbers[0], notes: ['le standard n’a qu’un numéro : le premier est gardé'] };
  }
  const extension = /^(.*?)\s*\(?\s*(?:demander\s+(?:le\s+)?)?\bposte\s*:?\s*\d.*$/i.exec(text)?.[1];
  const number = extension === undefined ? null : parseNumber(extension, codePostal);
  return number ? { text: number, notes: ['le numéro de poste n’a pas de place dans le standard'] } : asIs;
}

/** One number and nothing else, whatever its spaces and points; null where it is not. */
function parseNumber(text: string, codePostal: string | null): string | null {
  // A leading apostrophe is Excel's mark of a text; « Tél. : » is a label.
  const bare = text.replace(/^'/, '').replace(/^t[ée]l(?:[ée]phone)?[\s.:]*/i, '');
  const inPairs = /^\d\d(?:\/\d\d){4}$/.test(bare);
  if (!inPairs && !/^[+(]?[\d\s.\-_()\u00a0\u202f]+$/.test(bare)) return null;
  const digits = bare.replace(/\(0\)/g, '').replace(/\D/g, '');
  if (/^\(?\+/.test(bare)) return mendPlus(`+${digits}`);
  if (/^00(?:33|590|594|596|262|269|687|689|508|681)\d{6,10}$/.test(digits)) return mendPlus(`+${digits.slice(2)}`);
  const territory = PREFIX_BY_POSTCODE.find(([start]) => codePostal?.startsWith(start))?.[1];
  if (digits.length === 10 && digits.startsWith('0')) return fromNational(digits, territory);
  if (territory === '+689' && digits.length === 8) return `+689${digits}`;
  if (territory && SIX_DIGITS.has(territory) && digits.length === 6) return `${territory}${digits}`;
  // A spreadsheet that took the number for a number has eaten its 0, or its +.
  if (/^[1-9]\d{8}$/.test(digits)) {
    if (territory && digits.startsWith(territory.slice(1)) && SIX_DIGITS.has(territory)) return `+${digits}`;
    return codePostal === null ? null : fromNational(`0${digits}`, territory);
  }
  if (/^33[1-9]\d{8}$/.test(digits)) return `+${digits}`;
  if (/^(?:590|594|596|262)\d{9}$/.test(digits)) return `+${digits}`;
  return null;
}

function fromNational(digits: string, territory: string | undefined): string {
  // Saint-Pierre-et-Miquelon is 0508 and six digits from the rest of France.
  if (/^0508\d{6}$/.test(digits)) return `+508${digits.slice(4)}`;
  const overseas = PREFIX_BY_NUMBER.find(([start]) => start.test(digits))?.[1];
  const voip = OVERSEAS_VOIP.test(digits) && territory && /^\+(?:59|262)/.test(territory) ? territory : undefined;
  return `${overseas ?? voip ?? '+33'}${digits.slice(1)}`;
}

/** `+330475582913` → `+33475582913`; Mayotte written with the Comoros' code; an overseas number behind +33. */
function mendPlus(number: string): string {
  const national = /^\+(?:33|590|594|596|262)(0[1-9]\d{8})$/.exec(number)?.[1];
  if (national) return fromNational(national, /^\+(?:59|262)/.exec(number) ? number.slice(0, 4) : undefined);
  const mayotte = /^\+269((?:269|639)\d{6})$/.exec(number)?.[1];
  if (mayotte) return `+262${mayotte}`;
  const metropolitan = /^\+33([1-9]\d{8})$/.exec(number)?.[1];
  if (metropolitan) return fromNational(`0${metropolitan}`, undefined);
  return number;
}
