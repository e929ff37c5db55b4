import { parseLocalDate, weekdayOf } from '#app/domain/horaires/dates.ts';
import {
  type LocalMoment,
  localMoment,
  type OpeningState,
  openAtMoment,
  openingState,
  openWithin,
} from '#app/domain/horaires/opening.ts';
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

/** Whether a row's lieu is open for sure when `ouvert` says, on its own clock. Many lieux share hours: each are looked at once per zone. */
export function ouvertTest(index: SnapshotIndex, ouvert: Ouvert, instant: Date): (row: number) => boolean {
  const tests = index.fuseaux.map((fuseau) => testOf(ouvert, localMoment(instant, fuseau)));
  const known = tests.map(() => new Map<number, boolean>());
  return (row) => {
    const hours = index.horairesOf[row] ?? -1;
    const fuseau = index.fuseauOf[row] ?? -1;
    const found = known[fuseau]?.get(hours);
    if (found !== undefined) return found;
    const open = hours !== -1 && (tests[fuseau]?.(horairesOf(index, hours)) ?? false);
    known[fuseau]?.set(hours, open);
    return open;
  };
}

function testOf(ouvert: Ouvert, now: LocalMoment): (stored: StoredHoraires | null) => boolean {
  if (ouvert === 'maintenant') return (stored) => openAtMoment(stored, now);
  if (ouvert === 'soir') return (stored) => openWithin(stored, now.day, Math.max(EVENING, now.minute), MIDNIGHT);
  if (typeof ouvert === 'object') {
    const day = parseLocalDate(ouvert.jour) ?? now.day;
    return (stored) => openAtMoment(stored, { day, weekday: weekdayOf(day), minute: ouvert.minutes });
  }
  // The coming one; what is left of it where it is today.
  const ahead = ((ouvert === 'samedi' ? 5 : 6) - now.weekday + 7) % 7;
  return (stored) => openWithin(stored, now.day + ahead, ahead === 0 ? now.minute : 0, MIDNIGHT);
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
