import { dayOf, formatLocalDate, weekdayOf } from './dates.ts';
import type { Opening } from './evaluate.ts';
import { findHoliday, isFerie } from './holidays.ts';
import type { Feries } from './parse.ts';
import type { StoredHoraires, StoredInterval } from './stored-form.ts';
import { DAY_MINUTES, testBits } from './week.ts';
import { DAY_NAMES, formatTime, isAppointment, longDay } from './words.ts';

/** A moment on the clock of a place: day number (days since 1970-01-01), day of the week (0 = Monday), minute of the day. */
export interface LocalMoment {
  day: number;
  weekday: number;
  minute: number;
}

export interface OpeningState {
  state: 'ouvert' | 'ferme' | 'sur_rendez_vous' | 'inconnu';
  /** French, for people, without a full stop: "Ouvert jusqu'à 18 h 30". */
  sentence: string;
  /** The first instant at which the state is another one, or null where none within the days known is. */
  nextChange: Date | null;
}

const IN_WORDS = 'Horaires indiqués en toutes lettres';

/** A sentence as the fiche itself says it: it is where hours that were not understood are to be read. */
export function sentenceOnFiche(sentence: string): string {
  return sentence.startsWith(IN_WORDS) ? `${IN_WORDS}, à lire plus bas` : sentence;
}

/** How far ahead the next change is looked for: a lieu of one season tells when it opens again. */
export const HORIZON_DAYS = 366;

/**
 * The state of a lieu at an instant, on the clock of its own IANA zone, from what is stored (nothing is parsed). `stored` is null where
 * no hours are given.
 */
export function openingState(stored: StoredHoraires | null, instant: Date, zone: string): OpeningState {
  if (!stored) return { state: 'inconnu', sentence: 'Horaires non renseignés', nextChange: null };
  if (stored.etat === 'illisible') {
    return { state: 'inconnu', sentence: `${IN_WORDS}, à lire sur la fiche`, nextChange: null };
  }
  const now = localMoment(instant, zone);
  const today = openingsOn(stored, now.day);
  if (!today) return { state: 'inconnu', sentence: 'Horaires à vérifier auprès du lieu', nextChange: null };
  const current = openingAt(today, now.minute);
  const state = stateOf(current);
  const change = findChange(stored, now, instant, state, zone);
  const nextChange = change?.instant ?? null;
  if (!current) return { state, sentence: closedSentence(stored, now, today, change), nextChange };
  if (state === 'ouvert') return { state, sentence: openSentence(stored, now, current, change), nextChange };
  return { state, sentence: uncertainSentence(current), nextChange };
}

function openingAt(openings: readonly Opening[], minute: number): Opening | undefined {
  return openings.find((opening) => opening.start <= minute && minute < opening.end);
}

function stateOf(opening: Opening | undefined): OpeningState['state'] {
  if (!opening) return 'ferme';
  if (opening.etat === 'ouvert') return 'ouvert';
  return isAppointment(opening.mention) ? 'sur_rendez_vous' : 'inconnu';
}

/** Whether a lieu is open for sure at an instant. The bits answer most questions alone. For many lieux at once: `surelyOpen`. */
export function openAt(stored: StoredHoraires | null, instant: Date, zone: string): boolean {
  return openAtMoment(stored, localMoment(instant, zone));
}

/** The same for a moment already read on the lieu's clock. */
export function openAtMoment(stored: StoredHoraires | null, moment: LocalMoment): boolean {
  if (!stored || stored.etat === 'illisible') return false;
  if (stored.bits && !testBits(stored.bits, moment.weekday, moment.minute)) return false;
  const { day, minute } = moment;
  if (stored.datees) {
    return openingsOn(stored, day)?.some((o) => o.etat === 'ouvert' && o.start <= minute && minute < o.end) ?? false;
  }
  const open = stored.semaine[moment.weekday]?.some(
    ([start, end, uncertain]) => !uncertain && start <= minute && minute < end,
  );
  return open === true && (stored.feries === 'ouvert' || isFerie(day, stored.territoire) === 'non');
}

/** Whether a lieu is open for sure at some minute of `[from, to)` on one local day (evening, Saturday…). Minutes in 0..1440. */
export function openWithin(stored: StoredHoraires | null, day: number, from: number, to: number): boolean {
  if (!stored || stored.etat === 'illisible') return false;
  return openingsOn(stored, day)?.some((o) => o.etat === 'ouvert' && o.start < to && from < o.end) ?? false;
}

/**
 * The openings of one local day from what is stored: a dated exception if there is one, else the week, with public holidays applied.
 * Null where the day lies past what was computed (the week alone does not tell it).
 */
export function openingsOn(stored: StoredHoraires, day: number): Opening[] | null {
  if (stored.etat === 'illisible') return null;
  if (stored.datees) {
    if (day < stored.datees.du || day > stored.datees.au) return null;
    if (!stored.datees.jours) return null;
    const dated = stored.datees.jours[day];
    if (dated) return dated.map(toOpening);
  }
  const usual = (stored.semaine[weekdayOf(day)] ?? []).map(toOpening);
  return applyHoliday(usual, day, stored.feries, stored.territoire);
}

/** Why it is closed on a local day (day number), in the words of the text; null where it gives no reason. */
export function closureReasonOn(stored: StoredHoraires, day: number): string | null {
  if (stored.etat === 'illisible') return null;
  return stored.datees?.fermetures?.find(([du, au]) => du <= day && day <= au)?.[2] ?? null;
}

/** A usual day as it is on a public holiday: closed, the same, or unknown where the text says nothing or the holiday is optional. */
export function applyHoliday(usual: Opening[], day: number, feries: Feries, territory: string): Opening[] {
  if (feries === 'ouvert' || usual.length === 0) return usual;
  const answer = isFerie(day, territory);
  if (answer === 'non') return usual;
  if (answer === 'oui' && feries === 'ferme') return [];
  return usual.map((opening) => ({ ...opening, etat: 'inconnu', mention: opening.mention ?? HOLIDAY }));
}

/** The mention of what is uncertain only because the day is a public holiday. */
export const HOLIDAY = 'jour férié';

/** A stored interval as an opening. */
function toOpening([start, end, uncertain, mention]: StoredInterval): Opening {
  return { start, end, etat: uncertain ? 'inconnu' : 'ouvert', mention: mention ?? null };
}

interface Change {
  instant: Date;
  /** On the lieu's clock, with the openings of that day. */
  day: number;
  minute: number;
  opening: Opening | undefined;
}

/**
 * The first moment at which the state is no longer what it is. Days are looked at on the clock of the lieu; one on which the clock
 * changes is walked minute by minute, because an hour of it comes twice or not at all.
 */
function findChange(
  stored: StoredHoraires,
  now: LocalMoment,
  instant: Date,
  state: OpeningState['state'],
  zone: string,
): Change | null {
  for (let day = now.day; day < now.day + HORIZON_DAYS; day++) {
    const openings = openingsOn(stored, day);
    if (!openings) return null;
    const from = day === now.day ? now.minute : 0;
    const minute = boundariesOf(openings).find((m) => m >= from && stateOf(openingAt(openings, m)) !== state);
    if (minute === undefined && day > now.day) continue;
    if (!clockChanges(day, zone)) {
      if (minute === undefined) continue;
      return { instant: localInstant(day, minute, zone), day, minute, opening: openingAt(openings, minute) };
    }
    const first =
      day === now.day ? Math.floor(instant.getTime() / 60_000) * 60_000 : localInstant(day, 0, zone).getTime();
    const end = localInstant(day + 1, 0, zone).getTime();
    for (let time = first; time < end; time += 60_000) {
      const moment = localMoment(new Date(time), zone);
      const opening = openingAt(openings, moment.minute);
      if (stateOf(opening) !== state) return { instant: new Date(time), day, minute: moment.minute, opening };
    }
  }
  return null;
}

/** The minutes of a day at which its state may be another one. */
function boundariesOf(openings: readonly Opening[]): number[] {
  const minutes = openings.flatMap(({ start, end }) => (end < DAY_MINUTES ? [start, end] : [start]));
  return [0, ...minutes].sort((a, b) => a - b);
}

const changing = new Map<string, boolean>();

/** Whether a local day has not 24 hours. The same days are asked for all lieux of a zone. */
function clockChanges(day: number, zone: string): boolean {
  const key = `${zone}/${day}`;
  const known = changing.get(key);
  if (known !== undefined) return known;
  const length = localInstant(day + 1, 0, zone).getTime() - localInstant(day, 0, zone).getTime();
  if (changing.size > 5000) changing.clear();
  changing.set(key, length !== DAY_MINUTES * 60_000);
  return length !== DAY_MINUTES * 60_000;
}

function openSentence(stored: StoredHoraires, now: LocalMoment, current: Opening, change: Change | null): string {
  const mention = current.mention ? ` (${current.mention})` : '';
  const known = stored.etat === 'lu' && stored.datees ? stored.datees.au : Number.POSITIVE_INFINITY;
  if (!change && known - now.day < 8) return `Ouvert${mention}`;
  if (!change || change.day - now.day > 8) return `Ouvert 24 h sur 24${mention}`;
  const end = change.minute === 0 ? { day: change.day - 1, minute: DAY_MINUTES } : change;
  return `Ouvert ${until(end.day, end.minute, now)}${mention}`;
}

/** `jusqu’à 17 h`, `jusqu’à demain 17 h`: an end (day number, minute of that day) as one says it now. */
export function until(day: number, end: number, now: LocalMoment): string {
  // An end at midnight is the end of that day; an end at 2 a.m. is told as the clock shows it, it is the same night.
  const night = day - now.day === 1 && end < now.minute && end <= 8 * 60;
  const when = day === now.day || night ? '' : `${dayName(day, now.day)} `;
  return `jusqu’à ${when}${formatTime(end)}`;
}

function closedSentence(
  stored: StoredHoraires,
  now: LocalMoment,
  today: readonly Opening[],
  change: Change | null,
): string {
  const holiday = findHoliday(now.day, stored.etat === 'lu' ? stored.territoire : '');
  const wouldOpen = stored.etat === 'lu' && (stored.semaine[now.weekday] ?? []).length > 0;
  const reason = today.length === 0 ? closureReasonOn(stored, now.day) : null;
  const ferie = today.length === 0 && holiday?.certain && wouldOpen ? 'Fermé aujourd’hui (jour férié)' : 'Fermé';
  const closed = reason === null ? ferie : `Fermé (${reason})`;
  if (!change?.opening) return closed;
  const { day, minute, opening } = change;
  const when = day === now.day ? '' : `${dayName(day, now.day)} `;
  if (opening.etat === 'ouvert') return `${closed}, ouvre ${when}à ${formatTime(minute)}`;
  if (isAppointment(opening.mention)) return `${closed}, sur rendez-vous ${when}à partir de ${formatTime(minute)}`;
  const hint = opening.mention ? ` (${opening.mention})` : '';
  return `${closed}, peut-être ouvert ${when}à partir de ${formatTime(minute)}${hint}`;
}

function uncertainSentence(current: Opening): string {
  if (isAppointment(current.mention)) return 'Sur rendez-vous';
  if (current.mention === HOLIDAY) return 'Jour férié : horaires à vérifier, appelez avant de venir';
  const { mention } = current;
  if (mention === null) return 'Horaires à vérifier, appelez avant de venir';
  if (mention === 'fin non précisée') return `Peut-être ouvert (${mention}), appelez avant de venir`;
  return `Horaires à vérifier (${mention})`;
}

/** `demain`, `mardi` within the week, else `mardi 1er décembre`: a day to come as one says it today (day numbers). */
export function dayName(day: number, today: number): string {
  if (day === today + 1) return 'demain';
  if (day < today + 7) return DAY_NAMES[weekdayOf(day)] ?? '';
  return longDay(day);
}

/** The local day of an instant in an IANA zone, AAAA-MM-JJ. */
export function localDay(instant: Date, zone: string): string {
  return formatLocalDate(localMoment(instant, zone).day);
}

/** The wall clock of an IANA zone at an instant. @throws {RangeError} for an instant that is none, or a zone that is not known */
export function localMoment(instant: Date, zone: string): LocalMoment {
  const minutes = Math.floor(instant.getTime() / 60_000);
  const offset = offsetOn(Math.floor(minutes / DAY_MINUTES), zone);
  if (offset === null) return readClock(instant, zone);
  const day = Math.floor((minutes + offset) / DAY_MINUTES);
  return { day, weekday: weekdayOf(day), minute: minutes + offset - day * DAY_MINUTES };
}

/** Zone → day of UTC → minutes that its clock is ahead all that day, null where it changes: days that were asked for. */
const offsets = new Map<string, Map<number, number | null>>();
const KEPT_DAYS = 512;

function offsetOn(utcDay: number, zone: string): number | null {
  // Before 1970 clocks had seconds of their own; what is no day has no offset.
  if (!(utcDay >= 0)) return null;
  const known = offsets.get(zone) ?? new Map<number, number | null>();
  offsets.set(zone, known);
  const found = known.get(utcDay);
  if (found !== undefined) return found;
  const [from, to] = [utcDay, utcDay + 1].map((day) => {
    const clock = readClock(new Date(day * DAY_MINUTES * 60_000), zone);
    return (clock.day - day) * DAY_MINUTES + clock.minute;
  });
  const offset = from !== undefined && from === to ? from : null;
  if (known.size >= KEPT_DAYS) known.clear();
  known.set(utcDay, offset);
  return offset;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function readClock(instant: Date, zone: string): LocalMoment {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(instant)) parts[type] = Number(value);
  const day = dayOf(parts.year ?? 1970, parts.month ?? 1, parts.day ?? 1);
  return { day, weekday: weekdayOf(day), minute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0) };
}

/**
 * The instant at which the clock of a zone shows a minute (may be past 1440) of a day. A time that summer time skips gives the instant
 * of the change; one that comes twice, the first.
 */
export function localInstant(day: number, minute: number, zone: string): Date {
  const wall = (day * DAY_MINUTES + minute) * 60_000;
  const offsetAt = (time: number) => {
    const { day: d, minute: m } = localMoment(new Date(time), zone);
    return (d * DAY_MINUTES + m) * 60_000 - Math.floor(time / 60_000) * 60_000;
  };
  const before = offsetAt(wall - 86_400_000);
  const after = offsetAt(wall + 86_400_000);
  const early = wall - Math.max(before, after);
  const late = wall - Math.min(before, after);
  if (early + offsetAt(early) === wall) return new Date(early);
  if (late + offsetAt(late) === wall) return new Date(late);
  // Skipped: the change lies between the two readings.
  let [low, high] = [early, late];
  const offset = offsetAt(low);
  while (high - low > 60_000) {
    const middle = low + Math.floor((high - low) / 120_000) * 60_000;
    if (offsetAt(middle) === offset) low = middle;
    else high = middle;
  }
  return new Date(high);
}
