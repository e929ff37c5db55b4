import type { AideView, VenueView } from '#app/components/fiche-aides.tsx';
import type { Aide } from '#app/domain/aide.ts';
import { readableWeek } from '#app/domain/horaires/french.ts';
import type { StoredHoraires } from '#app/domain/horaires/stored-form.ts';
import { capitalize, isAppointment, joinWords, longDay, rangeInWords } from '#app/domain/horaires/words.ts';
import { labelOfValue, withDispositif } from '#app/domain/libelles.ts';
import { type EtapeServie, fuseauDeLEtape, listVenues, nomDeLEtape, type VenueDe } from '#app/domain/passages.ts';
import type { Etape, Permanence } from '#app/domain/permanences.ts';

/** A permanence with its hours as they are stored, dated days included; null where it has none. */
export interface PermanenceLue {
  permanence: Permanence;
  horaires: StoredHoraires | null;
}

interface AideLue extends Aide {
  permanence: Permanence;
}

interface PassageLu extends EtapeServie {
  etape: Etape;
  permanence: Permanence;
}

/** Days that the fiche announces of one kind of help, and comings of all stops together. */
const DATES = 3;
const VENUES = 6;

/** What is held in the lieu itself, and its stops elsewhere. */
export function readAides(
  permanences: readonly PermanenceLue[],
  zone: string,
): { aides: AideLue[]; passages: PassageLu[] } {
  const aides: AideLue[] = [];
  const passages: PassageLu[] = [];
  for (const { permanence, horaires } of permanences) {
    const { dispositif, services, etape } = permanence;
    if (etape) passages.push({ horaires, fuseau: fuseauDeLEtape(etape, zone), etape, permanence });
    else aides.push({ horaires, dispositif, services, permanence });
  }
  return { aides, passages };
}

/** One kind of help for people to read: who, for what, the week, the next dates. */
export function aideView({ horaires, permanence }: AideLue, { now, zone }: { now: Date; zone: string }): AideView {
  const { id, dispositif, precision, services } = permanence;
  const read = horaires?.etat === 'lu' ? readableWeek(horaires) : null;
  const venues = listVenues([{ horaires, fuseau: zone }], now, { count: 4 * DATES });
  return {
    id,
    qui: dispositif === null ? null : capitalize(withDispositif(dispositif)),
    precision,
    services: services.map((value) => labelOfValue('services', value)),
    lignes: (read?.lignes ?? [])
      .filter(({ heures }) => heures !== 'fermé')
      .map(({ jours, heures }) => ({ jours: capitalize(jours), heures })),
    precisions: read?.precisions ?? [],
    texte: read ? null : permanence.horaires,
    prochaines: byDay(venues).slice(0, DATES).map(whenOf),
  };
}

/** The next stops of a lieu that moves about, and those of which no date is known. */
export function passagesView(passages: readonly PassageLu[], now: Date): { venues: VenueView[]; sansDate: string[] } {
  const venues = listVenues(passages, now, { count: VENUES });
  const dated = new Set(passages.filter((passage) => listVenues([passage], now, { count: 1 }).length > 0));
  return {
    venues: byDay(venues).map((group) => stopView(group)),
    sansDate: passages.filter((passage) => !dated.has(passage)).map(({ etape }) => nomDeLEtape(etape)),
  };
}

function stopView(group: readonly [VenueDe<PassageLu>, ...VenueDe<PassageLu>[]]): VenueView {
  const [{ passage, day }] = group;
  const { id, precision, dispositif } = passage.permanence;
  const { nom, adresse, code_postal, commune, latitude, longitude } = passage.etape;
  return {
    cle: `${id} ${day}`,
    quand: whenOf(group),
    enCours: group.some(({ enCours }) => enCours),
    nom,
    adresse: [adresse === nom ? null : adresse, [code_postal, commune].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(', '),
    qui: dispositif === null ? null : withDispositif(dispositif),
    precision,
    point: latitude === null || longitude === null ? null : { latitude, longitude },
  };
}

/** The comings of one stop on one day go together, where the first of them is. */
function byDay<Stop>(venues: readonly VenueDe<Stop>[]): [VenueDe<Stop>, ...VenueDe<Stop>[]][] {
  const groups: [VenueDe<Stop>, ...VenueDe<Stop>[]][] = [];
  for (const venue of venues) {
    const group = groups.find(([first]) => first.passage === venue.passage && first.day === venue.day);
    if (group) group.push(venue);
    else groups.push([venue]);
  }
  return groups;
}

/** `Mardi 1er décembre, de 9 h à 12 h et de 14 h à 16 h`, with what each depends on. */
function whenOf(group: readonly VenueDe<unknown>[]): string {
  return `${capitalize(longDay(group[0]?.day ?? 0))}, ${joinWords(group.map(hoursOf))}`;
}

function hoursOf({ debut, fin, incertain, mention }: VenueDe<unknown>): string {
  const condition = !incertain ? '' : isAppointment(mention) ? ' (sur rendez-vous)' : ` (${mention ?? 'à vérifier'})`;
  return `${rangeInWords({ start: debut, end: fin })}${condition}`;
}
