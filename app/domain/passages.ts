import {
  dayName,
  HORIZON_DAYS,
  localInstant,
  localMoment,
  type OpeningState,
  openingsOn,
  until,
} from './horaires/opening.ts';
import type { StoredHoraires } from './horaires/stored-form.ts';
import { formatTime, isAppointment, longDay, rangeInWords } from './horaires/words.ts';
import { timeZoneOfLieu } from './horaires/zones.ts';
import type { Etape } from './permanences.ts';

/** The stops of a lieu that moves about: each is a place of its own, there on its days. */

/** A permanence that is given elsewhere than in its lieu, as its readers need it. */
export interface EtapeServie {
  horaires: StoredHoraires | null;
  /** IANA zone of the stop: its hours are on that clock. */
  fuseau: string;
  etape: Pick<Etape, 'nom' | 'commune'>;
}

/** One coming of a stop: minutes of a local day; `incertain` where it is not sure, with the reason or the comment. */
export interface Venue {
  /** Day number (days since 1970-01-01). */
  day: number;
  debut: number;
  fin: number;
  incertain: boolean;
  mention: string | null;
}

/** When a stop is served on one local day (day number). */
export function venuesOn({ horaires }: Pick<EtapeServie, 'horaires'>, day: number): Venue[] {
  const openings = horaires === null ? null : openingsOn(horaires, day);
  return (openings ?? []).map(({ start, end, etat, mention }) => ({
    ...{ day, debut: start, fin: end, mention },
    incertain: etat !== 'ouvert',
  }));
}

/** A coming with its stop; `enCours` where it has begun. */
export interface VenueDe<Stop> extends Venue {
  passage: Stop;
  enCours: boolean;
}

/** The next comings of some stops that are not over, in the order in which they begin; at most `count`, within `days` days. */
export function listVenues<Stop extends Pick<EtapeServie, 'horaires' | 'fuseau'>>(
  passages: readonly Stop[],
  instant: Date,
  { count, days = HORIZON_DAYS }: { count: number; days?: number },
): VenueDe<Stop>[] {
  const found: (VenueDe<Stop> & { at: number })[] = [];
  for (const passage of passages) {
    const now = localMoment(instant, passage.fuseau);
    let kept = 0;
    for (let day = now.day; day < now.day + days && kept < count; day++) {
      for (const venue of venuesOn(passage, day)) {
        if (day === now.day && venue.fin <= now.minute) continue;
        const enCours = day === now.day && venue.debut <= now.minute;
        const at = localInstant(day, venue.debut, passage.fuseau).getTime();
        found.push({ ...venue, passage, enCours, at });
        kept++;
      }
    }
  }
  return found
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ at, ...venue }) => venue);
}

/**
 * The state of a lieu, at its own address, whose help is only given at its stops: where it is now, or next.
 *
 * Closed while the stop that is told is served for sure, or where the hours of every stop are known. Else unknown: it may be at the stop that
 * gives no hours, and one has to ask, though the next coming of another is told (as it is of help given in the lieu). The state
 * is told from the day of `instant` alone, so that readers that know fewer days ahead (the list) give the same one.
 */
export function passagesState(
  passages: readonly EtapeServie[],
  instant: Date,
): Omit<OpeningState, 'state'> & {
  state: 'ferme' | 'inconnu';
} {
  const unknown = passages.some(
    ({ horaires, fuseau }) => horaires === null || openingsOn(horaires, localMoment(instant, fuseau).day) === null,
  );
  const state = unknown ? 'inconnu' : 'ferme';
  const [first] = listVenues(passages, instant, { count: 1 });
  if (!first) {
    const sentence = unknown
      ? 'Lieu qui se déplace\u00a0: appelez pour savoir où il est'
      : 'Pas de passage prévu ces prochaines semaines';
    return { state, sentence, nextChange: null };
  }
  const { passage, day, debut, fin, enCours, incertain, mention } = first;
  const now = localMoment(instant, passage.fuseau);
  const where = nomDeLEtape(passage.etape);
  const condition = conditionOf(incertain, mention);
  if (enCours) {
    return {
      state: incertain ? state : 'ferme',
      sentence: `En ce moment ailleurs\u00a0: ${where}, ${until(day, fin, now)}${condition}`,
      nextChange: localInstant(day, fin, passage.fuseau),
    };
  }
  const when = day === now.day ? 'aujourd’hui' : dayName(day, now.day);
  return {
    state,
    sentence: `Prochain passage ${when} à ${formatTime(debut)}, ${where}${condition}`,
    nextChange: localInstant(day, debut, passage.fuseau),
  };
}

/**
 * A stop on one local day (day number), as the map says it: `Passage du bus aujourd’hui, de 14 h à 16 h`. Open while it is
 * there. Null where it is not served on that day.
 */
export function passageOn(
  passage: EtapeServie,
  { day, instant, lieu }: { day: number; instant: Date; lieu: string },
): OpeningState | null {
  const venues = venuesOn(passage, day);
  if (venues.length === 0) return null;
  const now = localMoment(instant, passage.fuseau);
  const current =
    day === now.day ? venues.find(({ debut, fin }) => debut <= now.minute && now.minute < fin) : undefined;
  const next = venues.find(({ debut }) => day > now.day || (day === now.day && debut > now.minute));
  const over = !current && !next;
  const hours = venues.map(({ debut, fin }) => rangeInWords({ start: debut, end: fin })).join(' et ');
  const ended = over ? 'terminé pour aujourd’hui' : 'aujourd’hui';
  const when = day === now.day ? ended : day > now.day ? dayName(day, now.day) : `terminé, ${longDay(day)}`;
  const condition = conditionOf(
    venues.every(({ incertain }) => incertain),
    venues[0]?.mention ?? null,
  );
  const shown = current ?? next;
  return {
    state: current ? (current.incertain ? stateOf(current.mention) : 'ouvert') : 'ferme',
    sentence: `${motDuPassage(lieu)} ${when}, ${hours}${condition}`,
    nextChange: shown ? localInstant(day, current ? current.fin : shown.debut, passage.fuseau) : null,
  };
}

/** IANA zone of a stop; that of its lieu where it does not say where it is. */
export function fuseauDeLEtape(etape: Etape, fuseauDuLieu: string): string {
  const { code_insee, code_postal, latitude } = etape;
  return code_insee === null && code_postal === null && latitude === null ? fuseauDuLieu : timeZoneOfLieu(etape);
}

/** What a stop is called: its name, with its commune where the name does not say it. */
export function nomDeLEtape({ nom, commune }: EtapeServie['etape']): string {
  return commune === null || nom.toLowerCase().includes(commune.toLowerCase()) ? nom : `${nom} (${commune})`;
}

/** `Passage du bus` where the name of the lieu says that it is one. */
function motDuPassage(lieu: string): string {
  const [, vehicle] = /\b(bus|camion|camping-car|fourgon|van)\b/i.exec(lieu) ?? [];
  return vehicle ? `Passage du ${vehicle.toLowerCase()}` : 'Passage';
}

function stateOf(mention: string | null): 'sur_rendez_vous' | 'inconnu' {
  return isAppointment(mention) ? 'sur_rendez_vous' : 'inconnu';
}

function conditionOf(incertain: boolean, mention: string | null): string {
  if (!incertain) return '';
  return isAppointment(mention) ? ', sur rendez-vous' : ', à vérifier';
}
