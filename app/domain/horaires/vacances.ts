import { parseLocalDate, weekdayOf } from './dates.ts';
import { type Answer, withoutOption } from './holidays.ts';
import { CALENDRIERS, type CalendrierScolaire, ZONE_OF_TERRITORY } from './vacances-donnees.ts';

/**
 * Whether a local day (day number) falls in the school holidays of a territory (see `territoryOfLieu`).
 *
 * The ministry writes a period as a day of departure and a day of resumption: "le départ en vacances a lieu après la classe des jours
 * indiqués, la reprise des cours le matin des jours indiqués ; les élèves qui n'ont pas cours le samedi sont en congé le vendredi
 * soir". Hence: the days between the two are holidays; the day of resumption is not, nor is a day of departure on which there is class;
 * a departure on a Saturday is a holiday for the pupils of some schools only: `inconnu`. So are the days without class of a "pont",
 * which are no holidays in the Code de l'éducation (art. L521-1) but are listed with them.
 *
 * `inconnu` also past the end of what is published (`connu` in `vacances-donnees.ts`) and where there is no calendar.
 */
export function isVacances(day: number, territory: string): Answer {
  const calendar = calendarOf(territory);
  if (!calendar) return 'inconnu';
  for (const { depart, reprise } of calendar.vacances) {
    if (day === depart && weekdayOf(day) === SATURDAY) return 'inconnu';
    if (day > depart && day < reprise) return 'oui';
  }
  if (calendar.ponts.some(({ depart, reprise }) => day >= depart && day < reprise)) return 'inconnu';
  return calendar.connu.some(({ depart, reprise }) => day >= depart && day < reprise) ? 'non' : 'inconnu';
}

const SATURDAY = 5;

/** From a day (in) to another (out), day numbers. */
interface Period {
  depart: number;
  reprise: number;
}

type Compiled = Record<'connu' | 'vacances' | 'ponts', readonly Period[]>;

const compiled = new Map<string, Compiled>();

function calendarOf(territory: string): Compiled | undefined {
  const known = compiled.get(territory);
  if (known) return known;
  const source = CALENDRIERS[ZONE_OF_TERRITORY[withoutOption(territory)] ?? ''];
  if (!source) return undefined;
  const calendar = compile(source);
  compiled.set(territory, calendar);
  return calendar;
}

function compile({ connu, vacances, ponts }: CalendrierScolaire): Compiled {
  const periods = (list: readonly (readonly [string, string])[]) =>
    list.map(([depart, reprise]) => ({ depart: dayNumber(depart), reprise: dayNumber(reprise) }));
  return { connu: periods(connu), vacances: periods(vacances), ponts: periods(ponts) };
}

function dayNumber(date: string): number {
  const day = parseLocalDate(date);
  if (day === null) throw new RangeError(`Not a date: ${date}`);
  return day;
}
