/**
 * Whether one value is what its field means, beyond the standard's patterns: each function gives the reason why not, in
 * French, or null where the value is right. Nothing here mends: that is a step before (`correction/`).
 */

const EVERYDAY = /^[ -%'-;=-~\u00a0-\u00ac\u00ae-\u00c1\u00c4-\u00ff\u0152\u0153\u2013\u2014\u2019\u2026\u20ac]*$/;

/** Whether a text has only the letters and signs of everyday French: no `<`, no `&`, nothing invisible. Most have. */
export function isEverydayText(text: string): boolean {
  return EVERYDAY.test(text);
}

/** Digits that follow each dialling code of the standard's list: ARCEP's plan, and those of OPT, SPM Telecom, Manuia. */
const PLANS: readonly { prefix: string; digits: RegExp }[] = [
  { prefix: '+33', digits: /^[1-9]\d{8}$/ },
  { prefix: '+590', digits: /^(?:590|69[01]|9(?:39|47|76))\d{6}$/ },
  { prefix: '+594', digits: /^(?:594|694|9(?:39|47|76))\d{6}$/ },
  { prefix: '+596', digits: /^(?:596|69[67]|9(?:39|47|76))\d{6}$/ },
  { prefix: '+262', digits: /^(?:26[239]|639|69[23]|9(?:39|47|76))\d{6}$/ },
  { prefix: '+687', digits: /^\d{6}$/ },
  { prefix: '+689', digits: /^(?:\d{8}|\d{6})$/ },
  { prefix: '+508', digits: /^(?:\d{6}|[78]\d{8})$/ },
  { prefix: '+681', digits: /^(?:\d{6}|8\d{8})$/ },
];

/** International, without spaces, of a length that exists. */
export function reasonAgainstTelephone(value: string): string | null {
  const plan = PLANS.find(({ prefix }) => value.startsWith(prefix));
  if (plan?.digits.test(value.slice(plan.prefix.length))) return null;
  if (/^\d{2,6}$/.test(value)) return 'C’est un numéro court : le standard veut un numéro complet, avec son indicatif.';
  return 'Ce n’est pas un numéro français complet, avec son indicatif (+33, +262, +590…) et sans espaces.';
}

const COURRIEL =
  /^[a-z0-9!#$%&'*+/=?^_`{}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z-]{0,61}[a-z]$/i;

/** One address that a mail can reach: a plain local part, a domain with a dot. */
export function reasonAgainstCourriel(value: string): string | null {
  if (value.length > 254 || !COURRIEL.test(value)) return 'Ce n’est pas une adresse électronique.';
  return null;
}

/** http or https, a domain with a dot and letters at its end (accents allowed), no space, no password. */
export function reasonAgainstUrl(value: string): string | null {
  const bad = 'Ce n’est pas une adresse web.';
  if (value.length > 2000 || /[\s|<>"\\]/.test(value) || !/^https?:\/\/[^/]/i.test(value)) return bad;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return bad;
  }
  if (url.username || url.password) return 'Cette adresse web contient un nom d’utilisateur.';
  const labels = url.hostname.split('.');
  const plain = labels.length > 1 && labels.every((label) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label));
  return plain && /^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/.test(labels.at(-1) ?? '') ? null : bad;
}

/** A page of Acceslibre. */
export function reasonAgainstFicheAccesLibre(value: string): string | null {
  const reason = reasonAgainstUrl(value);
  if (reason) return reason;
  return /(?:^|\.)acceslibre(?:\.[a-z]+)*\.(?:gouv\.fr|fr|info)$/.test(new URL(value).hostname)
    ? null
    : 'Ce n’est pas une page d’Acceslibre.';
}

/** A day that exists, written AAAA-MM-JJ, from 1995 to `today` (local, AAAA-MM-JJ). */
export function reasonAgainstDate(value: string, today: string): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!match) return 'Ce n’est pas une date écrite AAAA-MM-JJ.';
  if (!isDay(Number(match[1]), Number(match[2]), Number(match[3]))) return 'Ce jour n’existe pas.';
  if (value > today) return 'Cette date est dans le futur.';
  return value < '1995-01-01' ? 'Cette date est trop ancienne pour être juste.' : null;
}

/** Whether a day of the Gregorian calendar exists. */
export function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * SIRET (14 digits with their key, La Poste's excepted), RNA (W and 9 characters), or overseas RIDET (Nouvelle-Calédonie,
 * 9 or 10 digits) and numéro Tahiti (Polynésie, 6 or 9 characters, of which 9 fit the standard).
 */
export function reasonAgainstPivot(value: string, codePostal: string | null): string | null {
  if (/^0+$/.test(value)) return 'Ces zéros veulent dire « non renseigné ».';
  if (/^\d{14}$/.test(value))
    return isSiret(value) ? null : 'La clé de ce SIRET est fausse : un chiffre n’est pas le bon.';
  if (/^W[0-9][A-Z0-9]\d{7}$/i.test(value)) return null;
  if (codePostal?.startsWith('988') && /^\d{9,10}$/.test(value)) return null;
  if (codePostal?.startsWith('987') && /^[A-Z0-9]\d{8}$/i.test(value)) return null;
  if (/^\d{10}$/.test(value) && codePostal === null) return null;
  if (/^\d{9}$/.test(value)) return 'C’est un SIREN : il manque les 5 derniers chiffres du SIRET.';
  return 'Ce n’est ni un SIRET, ni un RNA, ni un RIDET.';
}

const LA_POSTE = '356000000';

/** The key of a SIRET (Luhn). La Poste's establishments follow another rule (digits add up to a multiple of 5) and some neither. */
export function isSiret(digits: string): boolean {
  if (!/^\d{14}$/.test(digits) || /^0+$/.test(digits)) return false;
  if (digits.startsWith(LA_POSTE)) return true;
  let sum = 0;
  for (let index = 0; index < 14; index += 1) {
    const digit = digits.charCodeAt(index) - 48;
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
