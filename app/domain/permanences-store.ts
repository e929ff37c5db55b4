import { formatLocalDate, parseLocalDate } from './horaires/dates.ts';
import { openingsOn } from './horaires/opening.ts';
import { DATED_DAYS, storeHoraires } from './horaires/store.ts';
import { joinStored, type StoredHoraires, type StoredInterval, type StoredLu } from './horaires/stored-form.ts';
import { type LieuPlace, timeZoneOfLieu } from './horaires/zones.ts';
import type { Etape, Permanence } from './permanences.ts';

/** A day on which hours are not those of their week; an empty list is a closed day. */
export interface JourDate {
  /** AAAA-MM-JJ */
  jour: string;
  intervalles: readonly StoredInterval[];
}

/** A stop of a tournée on one day: minutes on the clock of the stop, `fin` at most 1440. */
export interface Passage extends Etape {
  permanence_id: string;
  /** AAAA-MM-JJ, of the stop's own calendar. */
  jour: string;
  debut: number;
  fin: number;
  /** False: to be confirmed (by appointment, a public holiday of which the hours say nothing). */
  certain: boolean;
  mention: string | null;
  /** IANA zone of the stop. */
  fuseau: string;
}

/** What is stored beside the permanences of a lieu. */
export interface PermanencesStored {
  /** By id: their hours, without bits and without dated days. Those without hours are not in it. */
  lues: Readonly<Record<string, StoredHoraires>>;
  datees: (JourDate & { permanence_id: string })[];
  passages: Passage[];
}

/**
 * What follows from the permanences of a lieu, computed when they are written and every night, never when they are read: their hours,
 * and day by day the stops of those that are not held in the lieu.
 * @param today local day AAAA-MM-JJ from which dated days are computed, 400 days on
 * @throws {RangeError} where `today` is not a date
 */
export function storePermanences(
  permanences: readonly Permanence[],
  lieu: LieuPlace,
  today: string,
): PermanencesStored {
  const first = parseLocalDate(today);
  if (first === null) throw new RangeError(`Not a date: ${today}`);
  const lues: Record<string, StoredHoraires> = {};
  const datees: PermanencesStored['datees'] = [];
  const passages: Passage[] = [];
  for (const { id, horaires, etape } of permanences) {
    const place = etape === null ? lieu : placeOfEtape(etape, lieu);
    const { horaires_intervalles, ouvertures_datees } = storeHoraires(horaires, place, today);
    if (horaires_intervalles === null) continue;
    lues[id] = horaires_intervalles;
    datees.push(...ouvertures_datees.map((day) => ({ permanence_id: id, ...day })));
    if (etape === null) continue;
    const stored = joinStored(horaires_intervalles, null, ouvertures_datees);
    if (stored?.etat !== 'lu') continue;
    passages.push(...passagesOf({ id, etape, stored, fuseau: timeZoneOfLieu(place) }, first));
  }
  return { lues, datees, passages };
}

/** Where a stop is, as far as it says; else where its lieu is: they have the same clock and the same holidays. */
function placeOfEtape({ code_insee, code_postal, latitude, longitude }: Etape, lieu: LieuPlace): LieuPlace {
  if (code_insee === null && code_postal === null && latitude === null) return lieu;
  return { code_insee, code_postal, latitude, longitude };
}

function passagesOf(
  { id, etape, stored, fuseau }: { id: string; etape: Etape; stored: StoredLu; fuseau: string },
  first: number,
): Passage[] {
  const passages: Passage[] = [];
  for (let day = first; day < first + DATED_DAYS; day++) {
    for (const { start, end, etat, mention } of openingsOn(stored, day) ?? []) {
      const jour = formatLocalDate(day);
      const when = { jour, debut: start, fin: end, certain: etat === 'ouvert', mention };
      passages.push({ permanence_id: id, ...when, fuseau, ...etape });
    }
  }
  return passages;
}
