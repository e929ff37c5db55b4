import { formatLocalDate, weekdayOf } from './dates.ts';
import type { Opening } from './evaluate.ts';
import { applyHoliday, openingsOn, toOpening } from './opening.ts';
import { DATED_DAYS, sieveOf, toInterval } from './store.ts';
import type { StoredInterval, StoredLu } from './stored-form.ts';
import { DAY_MINUTES } from './week.ts';

/** Several hours as one, in the form in which a text of hours is stored. */
export interface HorairesUnis {
  /** Without bits and without dated days. */
  intervalles: StoredLu;
  bits: Uint8Array;
  /** The days (AAAA-MM-JJ) on which the openings are not those of the week; an empty list is a closed day. */
  datees: { jour: string; intervalles: readonly StoredInterval[] }[];
}

/**
 * Hours that are open when one of `parts` is, and uncertain when one is uncertain and none open. Public holidays are as each part says:
 * where they do not say the same, each holiday is a dated day. The parts have been stored for the same place and from the same day on,
 * and hold their dated days. Null where there are none.
 * @param first day number from which dated days are computed, 400 days on
 */
export function uniteHoraires(parts: readonly StoredLu[], first: number): HorairesUnis | null {
  const [one] = parts;
  if (!one) return null;
  const feries = parts.every((part) => part.feries === one.feries) ? one.feries : 'inconnu';
  const usual = WEEKDAYS.map((day) => uniteOpenings(parts.map((part) => (part.semaine[day] ?? []).map(toOpening))));
  const plain = parts.every((part) => part.datees === null && part.feries === feries);
  const dated: { day: number; openings: Opening[] }[] = [];
  for (let day = first; !plain && day < first + DATED_DAYS; day++) {
    const openings = uniteOpenings(parts.map((part) => openingsOn(part, day) ?? []));
    const expected = applyHoliday(usual[weekdayOf(day)] ?? [], day, feries, one.territoire);
    if (JSON.stringify(openings) !== JSON.stringify(expected)) dated.push({ day, openings });
  }
  return {
    intervalles: {
      etat: 'lu',
      semaine: usual.map((openings) => openings.map(toInterval)),
      feries,
      territoire: one.territoire,
      exprimable: false,
      mentions: distinct(parts.flatMap((part) => part.mentions)),
      precisions: distinct(parts.flatMap((part) => part.precisions)),
      compris: null,
      datees: plain ? null : { du: first, au: first + DATED_DAYS - 1 },
    },
    bits: sieveOf(usual, dated),
    datees: dated.map(({ day, openings }) => ({ jour: formatLocalDate(day), intervalles: openings.map(toInterval) })),
  };
}

const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];

/** One day: open where one is, else uncertain where one is. A comment stays where all that is open says it. */
function uniteOpenings(lists: readonly (readonly Opening[])[]): Opening[] {
  const all = lists.flat();
  if (lists.length === 1) return all;
  const cuts = [...new Set([0, DAY_MINUTES, ...all.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const united: Opening[] = [];
  for (const [index, end] of cuts.slice(1).entries()) {
    const start = cuts[index] ?? 0;
    const here = all.filter((opening) => opening.start <= start && end <= opening.end);
    if (here.length === 0) continue;
    const open = here.filter(({ etat }) => etat === 'ouvert');
    const opening: Opening =
      open.length > 0
        ? { start, end, etat: 'ouvert', mention: commonMention(open) }
        : { start, end, etat: 'inconnu', mention: here.find(({ mention }) => mention !== null)?.mention ?? null };
    const last = united.at(-1);
    if (last && last.end === start && last.etat === opening.etat && last.mention === opening.mention) last.end = end;
    else united.push(opening);
  }
  return united;
}

function commonMention(openings: readonly Opening[]): string | null {
  const mention = openings[0]?.mention ?? null;
  return openings.every((opening) => opening.mention === mention) ? mention : null;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
