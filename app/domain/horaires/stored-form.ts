import { parseLocalDate } from './dates.ts';
import type { Feries } from './parse.ts';

/** One interval of a local day, minutes in 0..1440: `[start, end]` open, `[start, end, 1]` uncertain, with its comment if there is one. */
export type StoredInterval = readonly [start: number, end: number, uncertain?: 0 | 1, mention?: string];

/** Local days (day numbers), the last included, that are closed for one reason, in the words of the text. */
export type Fermeture = readonly [du: number, au: number, raison: string];

/** What a reader needs to tell the state of a lieu at any instant: plain data, JSON but for `bits` and the dated days. */
export type StoredHoraires = StoredLu | StoredIllisible;

/** The text was not understood: it is shown as it is. */
export interface StoredIllisible {
  etat: 'illisible';
  message: string;
  position: number | null;
}

export interface StoredLu {
  etat: 'lu';
  /** The usual week, Monday first. */
  semaine: readonly (readonly StoredInterval[])[];
  feries: Feries;
  /** Whose public holidays hold (see `territoryOfLieu`). */
  territoire: string;
  /** Nothing is missing from `semaine` and `feries`: the editor can write the week back. */
  exprimable: boolean;
  mentions: readonly string[];
  /** What the week cannot say, in French sentences. */
  precisions: readonly string[];
  /** How a text that is not in the grammar was understood (OSM text), else null. */
  compris: string | null;
  /**
   * Null: the week says everything. Else the local days (day numbers) for which the dated openings were computed; `jours` holds, by day
   * number, those that differ from the week (empty list: closed), and is absent until they are read from their own table;
   * `fermetures`, in order, why it is closed on some of them, and is absent where no reason is given.
   */
  datees: {
    du: number;
    au: number;
    jours?: Readonly<Record<number, readonly StoredInterval[]>>;
    fermetures?: readonly Fermeture[];
  } | null;
  /** 84 bytes: a quarter-hour that is not set is closed on every such weekday. Null or absent: not read. */
  bits?: Uint8Array | null;
}

/** The stored form out of a JSON column; null where there is none or it is not of this form (then: "non renseignés"). */
export function readStored(value: unknown): StoredHoraires | null {
  if (!isRecord(value)) return null;
  if (value.etat === 'illisible') {
    return {
      etat: 'illisible',
      message: typeof value.message === 'string' ? value.message : '',
      position: typeof value.position === 'number' ? value.position : null,
    };
  }
  const { feries, datees } = value;
  if (value.etat !== 'lu' || !Array.isArray(value.semaine) || value.semaine.length !== 7) return null;
  if (feries !== 'ferme' && feries !== 'ouvert' && feries !== 'inconnu') return null;
  return {
    etat: 'lu',
    semaine: value.semaine.map(readStoredIntervals),
    feries,
    territoire: typeof value.territoire === 'string' ? value.territoire : '',
    exprimable: value.exprimable === true,
    mentions: readTexts(value.mentions),
    precisions: readTexts(value.precisions),
    compris: typeof value.compris === 'string' ? value.compris : null,
    datees:
      isRecord(datees) && typeof datees.du === 'number' && typeof datees.au === 'number'
        ? { du: datees.du, au: datees.au, ...withFermetures(readFermetures(datees.fermetures)) }
        : null,
  };
}

/** The property for closures, where there are some. */
export function withFermetures(fermetures: readonly Fermeture[]): { fermetures?: readonly Fermeture[] } {
  return fermetures.length === 0 ? {} : { fermetures };
}

function readFermetures(value: unknown): Fermeture[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): Fermeture[] => {
    const [du, au, raison]: unknown[] = Array.isArray(item) ? item : [];
    return typeof du === 'number' && typeof au === 'number' && typeof raison === 'string' ? [[du, au, raison]] : [];
  });
}

/** The intervals of one dated day as the database gives them. */
export function readStoredDay({ jour, intervalles }: { jour: string; intervalles: unknown }) {
  return { jour, intervalles: readStoredIntervals(intervalles) };
}

/** The intervals of one day out of a JSON value; what is not an interval is left out. */
export function readStoredIntervals(value: unknown): StoredInterval[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): StoredInterval[] => {
    if (!Array.isArray(item)) return [];
    const [start, end, uncertain, mention]: unknown[] = item;
    if (typeof start !== 'number' || typeof end !== 'number') return [];
    if (typeof mention === 'string') return [[start, end, uncertain === 1 ? 1 : 0, mention]];
    return uncertain === 1 ? [[start, end, 1]] : [[start, end]];
  });
}

/** Puts together what was read from the columns and the table of dated openings, for `openingState` and `openAt`. */
export function joinStored(
  intervalles: StoredHoraires | null,
  bits: Uint8Array | null,
  datees: readonly { jour: string; intervalles: readonly StoredInterval[] }[],
): StoredHoraires | null {
  if (!intervalles || intervalles.etat === 'illisible') return intervalles;
  if (!intervalles.datees) return { ...intervalles, bits };
  const jours: Record<number, readonly StoredInterval[]> = {};
  for (const { jour, intervalles: list } of datees) {
    const day = parseLocalDate(jour);
    if (day !== null) jours[day] = list;
  }
  return { ...intervalles, bits, datees: { ...intervalles.datees, jours } };
}

function readTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
