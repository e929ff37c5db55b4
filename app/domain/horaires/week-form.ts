import type { Feries } from './parse.ts';
import { clock, DAY_MINUTES, rangeConflicts, type TimeRange, type Week, weekFrom } from './week.ts';
import { DAY_NAMES } from './words.ts';

/** A week as it stands in a form, as typed: `HH:MM` texts, any number of ranges a day, Monday first. */
export interface WeekDraft {
  days: { debut: string; fin: string }[][];
  feries: Feries;
}

/** An end at or before its beginning means the next morning, up to this minute; later it is a slip. */
const LATEST_NIGHT_END = 6 * 60;

/** The form's inputs for a week. */
export function draftOfWeek(week: Week, feries: Feries): WeekDraft {
  return {
    days: week.map((ranges) => ranges.map(({ start, end }) => ({ debut: clock(start), fin: clock(end) }))),
    feries,
  };
}

/** Reads a form's inputs back: names are `jour.J.N.debut` and `jour.J.N.fin`, J from 0 (Monday). Ranges left empty vanish. */
export function draftOfEntries(entries: Iterable<readonly [string, unknown]>): WeekDraft {
  const rows = new Map<string, { day: number; index: number; debut: string; fin: string }>();
  let feries: Feries = 'inconnu';
  for (const [name, value] of entries) {
    if (typeof value !== 'string') continue;
    if (name === 'feries' && (value === 'ferme' || value === 'ouvert')) feries = value;
    const [, day, index, side] = /^jour\.([0-6])\.(\d{1,2})\.(debut|fin)$/.exec(name) ?? [];
    if (day === undefined || index === undefined) continue;
    const row = rows.get(`${day}.${index}`) ?? { day: Number(day), index: Number(index), debut: '', fin: '' };
    if (side === 'debut') row.debut = value.trim();
    else row.fin = value.trim();
    rows.set(`${day}.${index}`, row);
  }
  const days = DAY_NAMES.map((_, day) =>
    [...rows.values()]
      .filter((row) => row.day === day && (row.debut !== '' || row.fin !== ''))
      .sort((a, b) => a.index - b.index)
      .map(({ debut, fin }) => ({ debut, fin })),
  );
  return { days, feries };
}

/**
 * What a button of the form does to the draft without saving: `ajouter:J` (one more range), `retirer:J:N`, `vider:J`,
 * `copier:J` (onto the days given). Other names leave it as it is.
 */
export function editDraft(draft: WeekDraft, intent: string, copyTo: readonly number[]): WeekDraft {
  const [verb, day, index] = intent.split(':');
  const days = draft.days.map((ranges) => ranges.map((range) => ({ ...range })));
  const ranges = days[Number(day)];
  if (ranges === undefined) return draft;
  if (verb === 'ajouter') ranges.push({ debut: '', fin: '' });
  if (verb === 'retirer') ranges.splice(Number(index), 1);
  if (verb === 'vider') ranges.length = 0;
  if (verb === 'copier') {
    for (const target of copyTo) if (days[target]) days[target] = ranges.map((range) => ({ ...range }));
  }
  return { ...draft, days };
}

export type DraftReading = { ok: true; week: Week } | { ok: false; errors: { day: number; message: string }[] };

/** The week that a draft says, or every slip with its day, in French. */
export function weekOfDraft(draft: WeekDraft): DraftReading {
  const errors: { day: number; message: string }[] = [];
  const days = draft.days.map((rows, day) => {
    const ranges = rows.flatMap((row): TimeRange[] => {
      const start = minutesOf(row.debut);
      const end = minutesOf(row.fin);
      if (start === null || end === null) {
        const missing = row.debut === '' ? 'l’heure de début' : row.fin === '' ? 'l’heure de fin' : null;
        errors.push({
          day,
          message: missing
            ? `Il manque ${missing} (${row.debut || '…'} – ${row.fin || '…'}).`
            : `« ${row.debut} – ${row.fin} » n’est pas une heure. Exemple : 09:00 – 12:30.`,
        });
        return [];
      }
      return [{ start, end: end <= start && end <= LATEST_NIGHT_END ? end + DAY_MINUTES : end }];
    });
    errors.push(...rangeConflicts(ranges).map((message) => ({ day, message })));
    return ranges;
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, week: weekFrom((day) => days[day] ?? []) };
}

/** `09:00`, `9h`, `9 h 30`, `24:00`: minutes since midnight; null where it is not a time. */
function minutesOf(text: string): number | null {
  const [, hours, minutes = '0'] =
    /^(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?$/.exec(text.replace(/\u00a0|\u202f/g, ' ')) ?? [];
  if (hours === undefined) return null;
  const total = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && total <= DAY_MINUTES ? total : null;
}
