import { storeHoraires } from './horaires/store.ts';
import type { StoredHoraires, StoredInterval } from './horaires/stored-form.ts';
import type { LieuPlace } from './horaires/zones.ts';
import type { Etape, Permanence } from './permanences.ts';
import type { CommuneDeLieu } from './territoire.ts';

/** A day on which hours are not those of their week; an empty list is a closed day. */
export interface JourDate {
  /** AAAA-MM-JJ */
  jour: string;
  intervalles: readonly StoredInterval[];
}

/** Whether Good Friday is a public holiday in the commune of a place of Alsace-Moselle; null where it is not known, or elsewhere. */
export type VendrediSaint = (place: CommuneDeLieu) => boolean | null;

/** What is stored beside the permanences of a lieu. */
export interface PermanencesStored {
  /** By id: their hours, without bits and without dated days. Those without hours are not in it. */
  lues: Readonly<Record<string, StoredHoraires>>;
  datees: (JourDate & { permanence_id: string })[];
}

/**
 * What follows from the permanences of a lieu, computed when they are written and every night, never when they are read: their hours,
 * those of a stop with the holidays of its own place.
 * @param today local day AAAA-MM-JJ from which dated days are computed, 400 days on
 * @param vendrediSaint what is known of the communes of its stops; that of the lieu itself is said by the lieu
 * @throws {RangeError} where there are permanences and `today` is not a date
 */
export function storePermanences(
  permanences: readonly Permanence[],
  lieu: LieuPlace,
  today: string,
  vendrediSaint: VendrediSaint = () => null,
): PermanencesStored {
  const lues: Record<string, StoredHoraires> = {};
  const datees: PermanencesStored['datees'] = [];
  for (const { id, horaires, etape } of permanences) {
    const place = etape === null ? lieu : placeOfEtape(etape, lieu, vendrediSaint);
    const { horaires_intervalles, ouvertures_datees } = storeHoraires(horaires, place, today);
    if (horaires_intervalles === null) continue;
    lues[id] = horaires_intervalles;
    datees.push(...ouvertures_datees.map((day) => ({ permanence_id: id, ...day })));
  }
  return { lues, datees };
}

/** Where a stop is, as far as it says; else where its lieu is: they have the same clock and the same holidays. */
function placeOfEtape(etape: Etape, lieu: LieuPlace, vendrediSaint: VendrediSaint): LieuPlace {
  const { code_insee, code_postal, latitude, longitude } = etape;
  if (code_insee === null && code_postal === null && latitude === null) return lieu;
  return { code_insee, code_postal, latitude, longitude, vendredi_saint: vendrediSaint(etape) };
}
