import type { AideView, VenueView } from '#app/components/fiche-aides.tsx';
import type { Aide } from '#app/domain/aide.ts';
import { longDay } from '#app/domain/horaires/ahead.ts';
import { readableWeek } from '#app/domain/horaires/french.ts';
import type { StoredHoraires } from '#app/domain/horaires/stored-form.ts';
import { formatTime, isAppointment } from '#app/domain/horaires/words.ts';
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

/** Dates that the fiche announces of one kind of help, and of all stops together. */
const DATES = 3;
const VENUES = 8;

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
  const venues = listVenues([{ horaires, fuseau: zone }], now, { count: DATES });
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
    prochaines: venues.map(whenOf),
  };
}

/** The next stops of a lieu that moves about, and those of which no date is known. */
export function passagesView(passages: readonly PassageLu[], now: Date): { venues: VenueView[]; sansDate: string[] } {
  const venues = listVenues(passages, now, { count: VENUES });
  const dated = new Set(passages.filter((passage) => listVenues([passage], now, { count: 1 }).length > 0));
  return {
    venues: venues.map((venue) => {
      const { id, precision, dispositif, etape } = { ...venue.passage.permanence, etape: venue.passage.etape };
      const { nom, adresse, code_postal, commune, latitude, longitude } = etape;
      return {
        cle: `${id} ${venue.day} ${venue.debut}`,
        quand: whenOf(venue),
        enCours: venue.enCours,
        nom,
        adresse: [adresse, [code_postal, commune].filter(Boolean).join(' ')].filter(Boolean).join(', '),
        qui: dispositif === null ? null : withDispositif(dispositif),
        precision,
        point: latitude === null || longitude === null ? null : { latitude, longitude },
      };
    }),
    sansDate: passages.filter((passage) => !dated.has(passage)).map(({ etape }) => nomDeLEtape(etape)),
  };
}

/** `Mardi 1er décembre, de 14 h à 16 h`, with what it depends on. */
function whenOf({ day, debut, fin, incertain, mention }: VenueDe<unknown>): string {
  const hours = `de ${formatTime(debut)} à ${formatTime(fin)}`;
  const condition = !incertain ? '' : isAppointment(mention) ? ' (sur rendez-vous)' : ` (${mention ?? 'à vérifier'})`;
  return `${capitalize(longDay(day))}, ${hours}${condition}`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
