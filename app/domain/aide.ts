import { weekdayOf } from './horaires/dates.ts';
import type { Opening } from './horaires/evaluate.ts';
import { findHoliday } from './horaires/holidays.ts';
import {
  closureReasonOn,
  dayName,
  HOLIDAY,
  HORIZON_DAYS,
  type LocalMoment,
  localInstant,
  localMoment,
  type OpeningState,
  openingState,
  openingsOn,
  until,
} from './horaires/opening.ts';
import type { StoredHoraires } from './horaires/stored-form.ts';
import { DAY_MINUTES } from './horaires/week.ts';
import { formatTime, isAppointment } from './horaires/words.ts';
import { withDispositif } from './libelles.ts';
import { type EtapeServie, passagesState } from './passages.ts';

/**
 * What a citizen is told of a lieu at an instant: when help is there where it says so, else when the lieu itself is open; never
 * "open" where it receives nobody.
 */

/** One permanence as its readers need it, given in the lieu itself. */
export interface Aide {
  /** Null where it has no hours: to be asked for. */
  horaires: StoredHoraires | null;
  /** By whom (see `Permanence`). */
  dispositif: string | null;
  /** None: those of the lieu. */
  services: readonly string[];
}

export interface LieuOuvert {
  /** See `isSansPublic`. */
  sansPublic: boolean;
  /** See `isInjoignable`. */
  injoignable: boolean;
  /** IANA zone of the lieu. */
  fuseau: string;
  /** Of the lieu; null where it gives none. */
  horaires: StoredHoraires | null;
  aides: readonly Aide[];
  /** Its stops elsewhere, each on a clock of its own. */
  passages: readonly EtapeServie[];
}

export interface Ouverture {
  state: OpeningState['state'] | 'sans_public';
  /** French, for people, without a full stop. */
  sentence: string;
  /** What must be said besides, in small: whose hours these are. */
  note: string | null;
  /** When the state may change next, or null where nothing within the days known tells. */
  nextChange: Date | null;
}

const SANS_PUBLIC = "Ce lieu n'accueille pas de public";
const HEURES_DU_LIEU = 'horaires du lieu, appelez avant de venir';

/** Whether a lieu says that it receives nobody (a literal of the standard's `modalites_acces`). */
export function isSansPublic(modalitesAcces: readonly string[]): boolean {
  return modalitesAcces.includes(SANS_PUBLIC);
}

/** What one must know of a lieu to say whether anybody can come to it or reach it. */
export interface Joignable {
  telephone: string | null;
  courriels: readonly string[];
  site_web: readonly string[];
  prise_rdv: string | null;
  horaires: string | null;
  modalites_acces: readonly string[];
}

/** Whether help is given in the lieu, whether it stops elsewhere, and whether one can book there here. */
interface Offert {
  aides: boolean;
  passages: boolean;
  rdv: boolean;
}

/**
 * Whether a lieu gives neither hours (its own or those of help) nor any way to contact it. Where it receives nobody, hours are no way
 * to reach it: it is out of reach without a contact, unless it stops where people can come.
 */
export function isInjoignable(lieu: Joignable, { aides, passages, rdv }: Offert): boolean {
  const { telephone, courriels, site_web, prise_rdv, horaires, modalites_acces } = lieu;
  const contact = telephone || prise_rdv || courriels.length > 0 || site_web.length > 0;
  if (contact || rdv || passages) return false;
  return isSansPublic(modalites_acces) || (!horaires && !aides);
}

/** How one asks a lieu before coming; null where it gives neither telephone nor mail address. */
export type Contact = 'telephone' | 'courriel' | null;

export function contactOf({ telephone, courriels }: Pick<Joignable, 'telephone' | 'courriels'>): Contact {
  return telephone ? 'telephone' : courriels.length > 0 ? 'courriel' : null;
}

/** A sentence that says « appelez », for a lieu without telephone: « écrivez » where it has a mail address, else « renseignez-vous ». */
export function avecSonContact(sentence: string, contact: Contact): string {
  if (contact === 'telephone') return sentence;
  return sentence.replace('appelez', contact === 'courriel' ? 'écrivez' : 'renseignez-vous');
}

/**
 * The state of a lieu at an instant, its reason and its next change. With `services`, help that says it is for others does not
 * count. A lieu whose help is only given elsewhere is never open at its own address.
 */
export function ouvertureOfLieu(lieu: LieuOuvert, instant: Date, services: readonly string[] = []): Ouverture {
  const { sansPublic, injoignable, fuseau, horaires, aides, passages } = lieu;
  if (aides.length === 0 && passages.length > 0) return { ...passagesState(passages, instant), note: null };
  if (sansPublic) {
    const sentence = `Ne reçoit pas de public\u00a0: ${injoignable ? 'aucun contact connu' : 'aide à distance seulement'}`;
    return { state: 'sans_public', sentence, note: null, nextChange: null };
  }
  if (injoignable) {
    return { state: 'inconnu', sentence: 'Ni horaires ni contact connus', note: null, nextChange: null };
  }
  if (aides.length === 0) {
    const state = openingState(horaires, instant, fuseau);
    return { ...state, note: state.state === 'inconnu' ? null : HEURES_DU_LIEU };
  }
  const wanted = aides.filter((aide) => servesAny(aide.services, services));
  if (wanted.length === 0) {
    return { state: 'inconnu', sentence: 'Horaires de cette aide à demander au lieu', note: null, nextChange: null };
  }
  return { ...aidesState(wanted, localMoment(instant, fuseau), fuseau), note: null };
}

/** Whether help is given for one of the services asked for: where none are, all is; help that names none is for all of the lieu's. */
export function servesAny(offered: readonly string[], asked: readonly string[]): boolean {
  return asked.length === 0 || offered.length === 0 || offered.some((service) => asked.includes(service));
}

/** An opening of a day with the help that it is of. */
interface Given extends Opening {
  aide: Aide;
}

function aidesState(aides: readonly Aide[], now: LocalMoment, zone: string): Omit<Ouverture, 'note'> {
  const today = givenOn(aides, now.day);
  const current = today.filter(({ start, end }) => start <= now.minute && now.minute < end);
  const certain = current.filter(({ etat }) => etat === 'ouvert');
  if (certain.length > 0) return presentState(aides, certain, now, zone);
  const [uncertain] = current;
  if (uncertain) {
    const changes = today.flatMap(({ start, end }) => [start, end]).filter((minute) => minute > now.minute);
    const rendezVous = current.every(({ mention }) => isAppointment(mention));
    const state = rendezVous ? 'sur_rendez_vous' : 'inconnu';
    const sentence = rendezVous ? `Aide sur rendez-vous${whoOf(current)}` : uncertainSentence(uncertain.mention);
    return { state, sentence, nextChange: localInstant(now.day, Math.min(...changes), zone) };
  }
  return awaitedState(aides, today, now, zone);
}

/** Help goes on as long as one of those who give it is there. */
function presentState(
  aides: readonly Aide[],
  current: readonly Given[],
  now: LocalMoment,
  zone: string,
): Omit<Ouverture, 'note'> {
  let { day } = now;
  let end = now.minute;
  for (let openings = current; openings.length > 0; ) {
    end = Math.max(...openings.map((opening) => opening.end));
    if (end === DAY_MINUTES && day - now.day < 8) {
      const next = givenOn(aides, day + 1).filter(({ start, etat }) => start === 0 && etat === 'ouvert');
      if (next.length === 0) break;
      day += 1;
      openings = next;
    } else {
      openings = givenOn(aides, day).filter((o) => o.etat === 'ouvert' && o.start <= end && end < o.end);
    }
  }
  if (day - now.day >= 8) return { state: 'ouvert', sentence: 'Aide sur place 24 h sur 24', nextChange: null };
  const mention = current.length === 1 && current[0]?.mention ? ` (${current[0].mention})` : '';
  return {
    state: 'ouvert',
    sentence: `Aide sur place ${until(day, end, now)}${whoOf(current)}${mention}`,
    nextChange: localInstant(day, end, zone),
  };
}

function awaitedState(
  aides: readonly Aide[],
  today: readonly Given[],
  now: LocalMoment,
  zone: string,
): Omit<Ouverture, 'note'> {
  const unknown = aides.some(({ horaires }) => horaires === null || openingsOn(horaires, now.day) === null);
  const state = unknown ? 'inconnu' : 'ferme';
  const why = today.length === 0 ? noAideReason(aides, now) : null;
  const reason = why === null ? '' : `Pas d’aide aujourd’hui (${why}). `;
  for (let day = now.day; day < now.day + HORIZON_DAYS; day++) {
    const openings = (day === now.day ? today : givenOn(aides, day)).filter(
      (o) => day > now.day || o.start > now.minute,
    );
    if (openings.length === 0) continue;
    const start = Math.min(...openings.map((opening) => opening.start));
    const first = openings.filter((opening) => opening.start === start);
    return {
      state,
      sentence: `${reason}${awaitedSentence(first, day === now.day ? '' : `${dayName(day, now.day)} `)}`,
      nextChange: localInstant(day, start, zone),
    };
  }
  const sentence = unknown
    ? 'Horaires de l’aide à demander au lieu'
    : `${reason}Pas d’aide prévue ces prochaines semaines`;
  return { state, sentence, nextChange: null };
}

/** Of what begins at the same minute: what is sure, else by appointment, else to be verified. */
function awaitedSentence(first: readonly Given[], when: string): string {
  const time = formatTime(first[0]?.start ?? 0);
  const certain = first.filter(({ etat }) => etat === 'ouvert');
  if (certain.length > 0) return `Prochaine aide ${when}à ${time}${whoOf(certain)}`;
  const rendezVous = first.filter(({ mention }) => isAppointment(mention));
  if (rendezVous.length > 0) return `Prochaine aide sur rendez-vous ${when}à partir de ${time}${whoOf(rendezVous)}`;
  const mention = first[0]?.mention ? ` (${first[0].mention})` : '';
  return `Prochaine aide à vérifier ${when}à partir de ${time}${mention}`;
}

function uncertainSentence(mention: string | null): string {
  if (mention === HOLIDAY) return 'Jour férié\u00a0: aide à vérifier, appelez avant de venir';
  return mention === null ? 'Aide à vérifier, appelez avant de venir' : `Aide à vérifier (${mention})`;
}

/** Said where it is the same for all. */
function whoOf(given: readonly Given[]): string {
  const [first, ...others] = new Set(given.map(({ aide }) => aide.dispositif));
  return first && others.length === 0 ? `, ${withDispositif(first)}` : '';
}

/** Why there is no help today: what a text says of it, where all that say something say the same, else a public holiday. */
function noAideReason(aides: readonly Aide[], now: LocalMoment): string | null {
  const said = aides.map(({ horaires }) => (horaires === null ? null : closureReasonOn(horaires, now.day)));
  const [first, ...others] = new Set(said.filter((reason) => reason !== null));
  if (first !== undefined && others.length === 0) return first;
  return aides.some((aide) => isHolidayFor(aide, now)) ? 'jour férié' : null;
}

function isHolidayFor({ horaires }: Aide, now: LocalMoment): boolean {
  if (horaires?.etat !== 'lu' || (horaires.semaine[weekdayOf(now.day)] ?? []).length === 0) return false;
  return findHoliday(now.day, horaires.territoire)?.certain === true;
}

function givenOn(aides: readonly Aide[], day: number): Given[] {
  return aides.flatMap((aide) => {
    const openings = aide.horaires === null ? null : openingsOn(aide.horaires, day);
    return (openings ?? []).map((opening) => ({ ...opening, aide }));
  });
}
