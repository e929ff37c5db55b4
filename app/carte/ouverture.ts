import {
  avecSonContact,
  type Contact,
  isSansPublic,
  type LieuOuvert,
  type Ouverture,
  ouvertureOfLieu,
  servesAny,
} from '#app/domain/aide.ts';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { type LocalMoment, localInstant, localMoment } from '#app/domain/horaires/opening.ts';
import {
  compileSemaines,
  type Moment,
  type Semaines,
  surelyOpen,
  surelyOpenHours,
} from '#app/domain/horaires/semaines.ts';
import {
  type Fermeture,
  type StoredHoraires,
  type StoredInterval,
  withFermetures,
} from '#app/domain/horaires/stored-form.ts';
import { capitalize, formatTime, longDay, uncapitalize } from '#app/domain/horaires/words.ts';
import { type EtapeServie, passageOn, venuesOn } from '#app/domain/passages.ts';
import type { Ouvert } from './filters.ts';
import { communeOfRow, fuseauOfRow, isElsewhere, lieuOfRow, passageOfRow } from './rows.ts';
import { CONTACTS, type SnapshotIndex } from './snapshot.ts';

/** Minutes of the day at which the evening begins. */
const EVENING = 18 * 60;
const MIDNIGHT = 24 * 60;

/** Only what tells when a lieu is open, as text: lieux with the same hours have the same text. Dated days are kept in `[du, au]` alone. */
export function packHoraires(stored: StoredHoraires | null, { du, au }: { du: number; au: number }): string | null {
  if (stored === null) return null;
  if (stored.etat === 'illisible') return ILLISIBLE;
  const { semaine, feries, territoire, datees } = stored;
  const dated: PackedDates | null = datees && {
    du: Math.max(du, datees.du),
    au: Math.min(au, datees.au),
    jours: Object.entries(datees.jours ?? {})
      .map(([day, intervals]): [number, readonly StoredInterval[]] => [Number(day), intervals])
      .filter(([day]) => day >= du && day <= au)
      .sort((a, b) => a[0] - b[0]),
    ...withFermetures(
      (datees.fermetures ?? [])
        .filter(([first, last]) => first <= au && last >= du)
        .map(([first, last, raison]): Fermeture => [Math.max(du, first), Math.min(au, last), raison]),
    ),
  };
  return JSON.stringify([semaine, feries, territoire, dated] satisfies Packed);
}

/** What is said of a row: its lieu at the day and hour that `ouvert` gives, else at an instant; or a stop on the day that it asks for. */
export function ouvertureOfRow(
  index: SnapshotIndex,
  row: number,
  { ouvert, services, instant }: { ouvert: Ouvert | null; services: readonly string[]; instant: Date },
): Ouverture {
  const passage = passageOfRow(index, row);
  if (passage === null) {
    const lieu = lieuOuvert(index, row);
    const contact = CONTACTS[index.contactOf[row] ?? 0] ?? null;
    if (ouvert === null || typeof ouvert !== 'object') return toSay(ouvertureOfLieu(lieu, instant, services), contact);
    const day = parseLocalDate(ouvert.jour) ?? 0;
    const said = toSay(ouvertureOfLieu(lieu, localInstant(day, ouvert.minutes, lieu.fuseau), services), contact);
    const when = `${capitalize(longDay(day))} à ${formatTime(ouvert.minutes)}`;
    return { ...said, sentence: `${when}\u00a0: ${uncapitalize(said.sentence)}` };
  }
  const day = dayAsked(ouvert, localMoment(instant, fuseauOfRow(index, row)));
  const lieu = index.noms.at(lieuOfRow(index, row));
  const said = passageOn(readPassage(index, passage), { day, instant, lieu });
  return { ...(said ?? { state: 'ferme', sentence: 'Pas de passage ce jour-là', nextChange: null }), note: null };
}

/** Who has no telephone cannot be called. */
function toSay({ sentence, note, ...said }: Ouverture, contact: Contact): Ouverture {
  return { ...said, sentence: avecSonContact(sentence, contact), note: note && avecSonContact(note, contact) };
}

/** Whether a row is open for sure when `ouvert` says, on its own clock. */
export function ouvertTest(
  index: SnapshotIndex,
  { ouvert, services, instant }: { ouvert: Ouvert; services: readonly string[]; instant: Date },
): (row: number) => boolean {
  const { semaines, hoursOf, fuseauOf, principal } = preparedOf(index);
  const moments = index.fuseaux.map((fuseau) => momentOf(ouvert, localMoment(instant, fuseau)));
  const inPrincipal = surelyOpenHours(semaines, moments[principal] ?? NO_MOMENT);
  const tests = moments.map((moment) => surelyOpen(semaines, moment));
  const closed = () => false;
  const wanted = index.services.map((list) => servesAny(list, services));
  const { aides } = index;
  return (row) => {
    const hours = hoursOf[row] ?? NEVER;
    if (hours === NEVER) return false;
    if (hours >= 0 && fuseauOf[row] === principal) return inPrincipal[hours] === 1;
    const open = tests[fuseauOf[row] ?? -1] ?? closed;
    if (hours !== BY_AIDES) return open(hours);
    const end = aides.starts[row + 1] ?? 0;
    for (let aide = aides.starts[row] ?? 0; aide < end; aide++) {
      if (wanted[aides.servicesOf[aide] ?? -1] && open(aides.horairesOf[aide] ?? -1)) return true;
    }
    return false;
  };
}

/**
 * Reads every hours of a snapshot, and looks once which lieux are open now: to be called where it is loaded, so that no request waits
 * for the clocks, the holidays of the day, and a program that is still cold.
 */
export function prepareOuverture(index: SnapshotIndex, now: Date): void {
  const open = ouvertTest(index, { ouvert: 'maintenant', services: [], instant: now });
  for (let row = 0; row < index.size; row++) open(row);
}

interface Prepared {
  semaines: Semaines;
  /** Row, stops included → the hours that tell when it is open, `NEVER` or `BY_AIDES`. */
  hoursOf: Int32Array;
  /** Row, stops included → index into `fuseaux`. */
  fuseauOf: Int32Array;
  /** The zone of most rows, whose hours are all looked at together: an index into `fuseaux`. */
  principal: number;
}

const NO_MOMENT: Moment = { day: 0, from: 0, to: 0 };

/** It gives no hours, receives nobody, or helps elsewhere alone. */
const NEVER = -1;
/** The hours of each help given there tell. */
const BY_AIDES = -2;

const prepared = new WeakMap<SnapshotIndex, Prepared>();

function preparedOf(index: SnapshotIndex): Prepared {
  const known = prepared.get(index);
  if (known) return known;
  const fuseauOf = joined(index.fuseauOf, index.passages.fuseauOf);
  const made = {
    semaines: compileSemaines(index.horaires.length, (hours) => unpackHoraires(index.horaires.at(hours))),
    hoursOf: hoursOfRows(index),
    fuseauOf,
    principal: mostCommon(fuseauOf),
  };
  prepared.set(index, made);
  return made;
}

function hoursOfRows(index: SnapshotIndex): Int32Array {
  const { aides } = index;
  const sansPublic = sansPublicTest(index);
  const hoursOf = joined(index.horairesOf, index.passages.horairesOf);
  for (let row = 0; row < index.size; row++) {
    if (sansPublic(row) || isElsewhere(index, row)) hoursOf[row] = NEVER;
    else if (aides.starts[row] !== aides.starts[row + 1]) hoursOf[row] = BY_AIDES;
  }
  return hoursOf;
}

function mostCommon(values: Int32Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [-1, 0]);
  return most;
}

/** A column of lieux, then one of stops. */
function joined(lieux: Int32Array, passages: Int32Array): Int32Array {
  const rows = new Int32Array(lieux.length + passages.length);
  rows.set(lieux);
  rows.set(passages, lieux.length);
  return rows;
}

/** Whether a stop is served at all on the day that is asked for, today by default. */
export function passageTest(
  index: SnapshotIndex,
  { ouvert, instant }: { ouvert: Ouvert | null; instant: Date },
): (passage: number) => boolean {
  const days = index.fuseaux.map((fuseau) => dayAsked(ouvert, localMoment(instant, fuseau)));
  const { fuseauOf, horairesOf: hoursOf } = index.passages;
  return (passage) => {
    const horaires = horairesOf(index, hoursOf[passage] ?? -1);
    return venuesOn({ horaires }, days[fuseauOf[passage] ?? -1] ?? 0).length > 0;
  };
}

/** Whether a row's lieu receives nobody; its stops do. */
export function sansPublicTest(index: SnapshotIndex): (row: number) => boolean {
  const { values, combinations, rows } = index.fields.modalites_acces;
  const none = combinations.map((combination) => isSansPublic(combination.map((value) => values[value] ?? '')));
  return (row) => row < index.size && none[rows[row] ?? -1] === true;
}

function lieuOuvert(index: SnapshotIndex, row: number): LieuOuvert {
  const { aides, passages } = index;
  return {
    sansPublic: sansPublicTest(index)(row),
    injoignable: index.injoignables[row] === 1,
    fuseau: fuseauOfRow(index, row),
    horaires: horairesOf(index, index.horairesOf[row] ?? -1),
    aides: itemsOf(aides.starts, row).map((aide) => ({
      horaires: horairesOf(index, aides.horairesOf[aide] ?? -1),
      dispositif: index.dispositifs[aides.dispositifOf[aide] ?? -1] ?? null,
      services: index.services[aides.servicesOf[aide] ?? -1] ?? [],
    })),
    passages: itemsOf(passages.starts, row).map((passage) => readPassage(index, passage)),
  };
}

function readPassage(index: SnapshotIndex, passage: number): EtapeServie {
  const { horairesOf: hoursOf, noms } = index.passages;
  const row = index.size + passage;
  return {
    horaires: horairesOf(index, hoursOf[passage] ?? -1),
    fuseau: fuseauOfRow(index, row),
    etape: { nom: noms.at(passage), commune: communeOfRow(index, row).nom || null },
  };
}

function itemsOf(starts: Int32Array, row: number): number[] {
  const [start = 0, end = 0] = [starts[row], starts[row + 1]];
  return Array.from({ length: end - start }, (_, item) => start + item);
}

/** The minutes of a local day that are asked about. */
function momentOf(ouvert: Ouvert, now: LocalMoment): Moment {
  const day = dayAsked(ouvert, now);
  if (ouvert === 'maintenant') return { day, from: now.minute, to: now.minute + 1 };
  if (ouvert === 'soir') return { day, from: Math.max(EVENING, now.minute), to: MIDNIGHT };
  if (typeof ouvert === 'object') return { day, from: ouvert.minutes, to: ouvert.minutes + 1 };
  // What is left of the day where it is today.
  return { day, from: day === now.day ? now.minute : 0, to: MIDNIGHT };
}

/** The local day (day number) that is asked about: the coming Saturday or Sunday, a date, else today. */
function dayAsked(ouvert: Ouvert | null, now: LocalMoment): number {
  if (ouvert === null || ouvert === 'maintenant' || ouvert === 'soir') return now.day;
  if (typeof ouvert === 'object') return parseLocalDate(ouvert.jour) ?? now.day;
  return now.day + (((ouvert === 'samedi' ? 5 : 6) - now.weekday + 7) % 7);
}

interface PackedDates {
  du: number;
  au: number;
  jours: [day: number, intervals: readonly StoredInterval[]][];
  fermetures?: readonly Fermeture[];
}

type Packed = [
  semaine: readonly (readonly StoredInterval[])[],
  feries: Extract<StoredHoraires, { etat: 'lu' }>['feries'],
  territoire: string,
  datees: PackedDates | null,
];

const ILLISIBLE = '';

const unpacked = new WeakMap<SnapshotIndex, Map<number, StoredHoraires>>();

/** Row of `index.horaires` → hours, read once; null for -1. */
function horairesOf(index: SnapshotIndex, hours: number): StoredHoraires | null {
  if (hours === -1) return null;
  const known = unpacked.get(index) ?? new Map<number, StoredHoraires>();
  unpacked.set(index, known);
  const found = known.get(hours) ?? unpackHoraires(index.horaires.at(hours));
  known.set(hours, found);
  return found;
}

function unpackHoraires(text: string): StoredHoraires {
  if (text === ILLISIBLE) return { etat: 'illisible', message: '', position: null };
  const [semaine, feries, territoire, datees]: Packed = JSON.parse(text);
  return {
    etat: 'lu',
    semaine,
    feries,
    territoire,
    exprimable: true,
    mentions: [],
    precisions: [],
    compris: null,
    datees: datees && { ...datees, jours: Object.fromEntries(datees.jours) },
  };
}
