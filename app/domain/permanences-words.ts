import { readableWeek } from './horaires/french.ts';
import type { StoredHoraires } from './horaires/stored-form.ts';
import { capitalize } from './horaires/words.ts';
import type { HorairesLus } from './horaires-lus.ts';
import { labelOfValue } from './libelles.ts';
import type { Etape, Permanence } from './permanences.ts';

/**
 * A permanence in French sentences: « Mardi : 9 h – 12 h. Dispositif : Conseillers numériques. Pour : Aide aux démarches administratives. »
 * @param stored its hours as they are stored (nothing is parsed); null where it has none
 */
export function describePermanence(permanence: Permanence, stored: StoredHoraires | null): string {
  const { dispositif, services, precision, etape } = permanence;
  const sentences = [
    describeHours(permanence.horaires, stored),
    etape === null ? '' : `Où : ${describeEtape(etape)}.`,
    dispositif === null ? '' : `Dispositif : ${labelOfValue('dispositif_programmes_nationaux', dispositif)}.`,
    services.length === 0 ? '' : `Pour : ${services.map((service) => labelOfValue('services', service)).join(', ')}.`,
    precision === null ? '' : `Précision : ${precision}.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** The same, with its hours among those that are stored by their text: those that are not there are told by their text. */
export function permanenceInWords(permanence: Permanence, lus: HorairesLus): string {
  return describePermanence(permanence, lus.get(permanence.horaires ?? '') ?? null);
}

/** `Place du marché, 2 Rue de la Gare, 33210 Langon`. */
export function describeEtape({ nom, adresse, code_postal, commune }: Etape): string {
  const ville = [code_postal, commune].filter((part) => part !== null).join(' ');
  return [nom, adresse, ville].filter((part) => part !== null && part !== '').join(', ');
}

function describeHours(text: string | null, stored: StoredHoraires | null): string {
  if (stored?.etat !== 'lu') return text === null ? 'Sans horaires.' : `« ${text} ».`;
  const { lignes, precisions } = readableWeek(stored);
  const week = lignes.filter(({ heures }) => heures !== 'fermé').map(({ jours, heures }) => `${jours} : ${heures}`);
  const usual = week.join(' ; ');
  const sentences = [usual === '' ? '' : `${capitalize(usual)}.`, ...precisions];
  return sentences.filter((sentence) => sentence !== '').join(' ') || 'Fermé.';
}
