import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { type LocalMoment, localMoment, type OpeningState, openingState } from '#app/domain/horaires/opening.ts';
import { compileSemaines, type Semaines, surelyOpen } from '#app/domain/horaires/semaines.ts';
import type { StoredHoraires, StoredInterval } from '#app/domain/horaires/stored-form.ts';
import type { Ouvert } from './filters.ts';
import type { SnapshotIndex } from './snapshot.ts';

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
  };
  return JSON.stringify([semaine, feries, territoire, dated] satisfies Packed);
}

/** The row's lieu is open, closed or neither, and the sentence that says so. */
export function openingOfRow(
  index: SnapshotIndex,
  row: number,
  instant: Date,
): Pick<OpeningState, 'state' | 'sentence'> {
  const fuseau = index.fuseaux[index.fuseauOf[row] ?? -1] ?? 'Europe/Paris';
  const { state, sentence } = openingState(horairesOf(index, index.horairesOf[row] ?? -1), instant, fuseau);
  return { state, sentence };
}

/** Whether a row's lieu is open for sure when `ouvert` says, on its own clock. */
export function ouvertTest(index: SnapshotIndex, ouvert: Ouvert, instant: Date): (row: number) => boolean {
  const semaines = semainesOf(index);
  const tests = index.fuseaux.map((fuseau) => surelyOpen(semaines, spanOf(ouvert, localMoment(instant, fuseau))));
  const { fuseauOf, horairesOf: hoursOf } = index;
  return (row) => tests[fuseauOf[row] ?? -1]?.(hoursOf[row] ?? -1) === true;
}

/** Reads every hours and clock of a snapshot once: to be called where it is loaded, so that no request waits for it. */
export function prepareOuverture(index: SnapshotIndex): void {
  semainesOf(index);
  for (const fuseau of index.fuseaux) localMoment(ANY_INSTANT, fuseau);
}

/** The first look at a clock is what costs. */
const ANY_INSTANT = new Date(0);

const compiled = new WeakMap<SnapshotIndex, Semaines>();

function semainesOf(index: SnapshotIndex): Semaines {
  const known = compiled.get(index);
  if (known) return known;
  const semaines = compileSemaines(index.horaires.length, (hours) => unpackHoraires(index.horaires.at(hours)));
  compiled.set(index, semaines);
  return semaines;
}

/** The minutes of a local day that are asked about. */
function spanOf(ouvert: Ouvert, now: LocalMoment): { day: number; from: number; to: number } {
  if (ouvert === 'maintenant') return { day: now.day, from: now.minute, to: now.minute + 1 };
  if (ouvert === 'soir') return { day: now.day, from: Math.max(EVENING, now.minute), to: MIDNIGHT };
  if (typeof ouvert === 'object') {
    return { day: parseLocalDate(ouvert.jour) ?? now.day, from: ouvert.minutes, to: ouvert.minutes + 1 };
  }
  // The coming one; what is left of it where it is today.
  const ahead = ((ouvert === 'samedi' ? 5 : 6) - now.weekday + 7) % 7;
  return { day: now.day + ahead, from: ahead === 0 ? now.minute : 0, to: MIDNIGHT };
}

interface PackedDates {
  du: number;
  au: number;
  jours: [day: number, intervals: readonly StoredInterval[]][];
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
    datees: datees && { du: datees.du, au: datees.au, jours: Object.fromEntries(datees.jours) },
  };
}
