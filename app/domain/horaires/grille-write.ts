import { civilOf, parseLocalDate } from './dates.ts';
import { runsOf } from './format.ts';
import type { ExceptionDatee, Grille, Plage, Quand, Semaine, Variante } from './grille.ts';
import { parseHoraires } from './parse.ts';
import type { DateRange, Rule, Span, WeekdaySelector } from './rules.ts';
import { DAY_MINUTES } from './week.ts';
import { isAppointment } from './words.ts';
import { writeRules } from './write.ts';

/**
 * The shortest clear OSM text of a grille, '' where it says nothing. Later rules win, hence this order: the week (days with the same
 * hours together, Monday first), public holidays with the usual hours, the variants in their order, `PH off`, the kept rules to the
 * letter, and the dated exceptions by date, which so hold whatever else is said.
 */
export function textOfGrille(grille: Grille): string {
  const { semaine, feriesOuverts, variantes, feriesFermes, exceptions } = partsOfGrille(grille);
  const usual = writeRules(beginning([...semaine, ...feriesOuverts, ...variantes.flat(), ...feriesFermes]));
  const kept = grille.gardees.reduce((text, { texte }) => {
    if (text === '') return texte.replace(/^(?:,|\|\|)\s*/, '');
    if (!CONTINUES.test(texte)) return `${text}; ${texte}`;
    if (texte.startsWith('||')) return `${text} ${texte}`;
    return `${closedBefore(text)}${texte}`;
  }, usual);
  const dated = writeRules(beginning(exceptions.flat()));
  return [kept, dated].filter((text) => text !== '').join('; ');
}

/** Rules at the beginning of a text, or after a `;`. */
function beginning(rules: readonly Rule[]): Rule[] {
  return rules.map((rule, index) => (index === 0 ? { ...rule, mode: 'normale' } : rule));
}

/** A kept rule that gives days alone (`Mo[1]`: open all day) needs its state before a comma, which else goes on with its list. */
function closedBefore(text: string): string {
  return parseHoraires(`${text}, off`).ok ? text : `${text} open`;
}

/** A kept rule that adds to what stands before it (`, Mo 17:00+`) or fills in for it (`|| "sur rendez-vous"`) bears its separator. */
const CONTINUES = /^(?:,|\|\|)/;

/** The parts of a grille as rules, each part in the place that `textOfGrille` says; what is kept to the letter is not among them. */
export interface GrilleRules {
  semaine: Rule[];
  feriesOuverts: Rule[];
  variantes: Rule[][];
  feriesFermes: Rule[];
  exceptions: Rule[][];
}

/** See `GrilleRules`. */
export function partsOfGrille(grille: Grille): GrilleRules {
  const semaine = rulesOfWeek(grille.semaine);
  const variantes = grille.variantes.map((variante, index) =>
    rulesOfVariante(variante, grille.semaine, grille.variantes.slice(0, index)),
  );
  const exceptions = sortExceptions(grille.exceptions).map(rulesOfException);
  const said = semaine.length > 0 ? semaine : (variantes.find((rules) => rules.length > 0) ?? []);
  const onFeries = said.map((rule): Rule => ({ ...rule, holidays: [...rule.holidays, { kind: 'PH', offset: 0 }] }));
  // Where only the first variant tells that it is open on public holidays, saying so must follow it and change nothing.
  if (semaine.length === 0) {
    const index = variantes.indexOf(said);
    if (grille.feries === 'ouvert' && index >= 0 && grille.variantes[index]?.quand.kind !== 'vacances')
      variantes[index] = [...said, ...onFeries];
  }
  return {
    semaine,
    feriesOuverts: grille.feries === 'ouvert' && semaine.length > 0 ? onFeries : [],
    variantes,
    feriesFermes: grille.feries === 'ferme' ? [{ ...CLOSED, holidays: [{ kind: 'PH', offset: 0 }] }] : [],
    exceptions,
  };
}

/** By date, of two that begin together the longer one first: later rules win, and the one that says more wins. */
export function sortExceptions(exceptions: readonly ExceptionDatee[]): ExceptionDatee[] {
  return [...exceptions].sort((a, b) => a.du.localeCompare(b.du) || b.au.localeCompare(a.au));
}

const EMPTY: Rule = {
  dates: [],
  weeks: [],
  weekdays: [],
  weekdaysOrHolidays: [],
  holidays: [],
  spans: [],
  etat: 'ouvert',
  mention: null,
  mode: 'normale',
};
const CLOSED: Rule = { ...EMPTY, etat: 'ferme' };

/** The rules of a usual week. A night goes on into the next day, which a `;` rule would replace: then they add up. */
export function rulesOfWeek(semaine: Semaine): Rule[] {
  const always = semaine.every((plages) => {
    const [first] = plages;
    return plages.length === 1 && first?.start === 0 && first.end === DAY_MINUTES && stateOf(first) === PLAIN_STATE;
  });
  const nights = semaine.some((plages) => plages.some((plage) => plage.end > DAY_MINUTES));
  return groupDays(semaine).flatMap(({ days, plages }) =>
    rulesOfDay(always ? EMPTY : { ...EMPTY, weekdays: selectorsOf(days) }, plages, nights ? 'ajout' : 'normale'),
  );
}

function rulesOfVariante(variante: Variante, usual: Semaine, before: readonly Variante[]): Rule[] {
  const { quand, effet, semaine } = variante;
  const nths = quand.kind === 'rang' ? quand.rangs : [];
  const when = (days: readonly number[]): Rule => ({
    ...EMPTY,
    ...selectorOf(quand),
    weekdays: days.length === 7 && nths.length === 0 ? [] : selectorsOf(days, nths),
  });
  if (effet === 'ferme') return [{ ...when(variante.jours), etat: 'ferme' }];
  if (effet === 'ajoute')
    return groupDays(semaine).flatMap(({ days, plages }) => rulesOfDay(when(days), plages, 'ajout'));
  if (quand.kind === 'rang') return groupDays(semaine).flatMap(({ days, plages }) => rulesOfDay(when(days), plages));
  if (semaine.every((plages) => plages.length === 0)) return [{ ...when(ALL_DAYS), etat: 'ferme' }];
  // A day like the usual one needs no rule, unless an earlier variant may have changed it.
  const differs = (day: number) =>
    JSON.stringify(semaine[day]) !== JSON.stringify(usual[day]) ||
    before.some((other) => other.effet !== 'ajoute' || (other.semaine[day] ?? []).length > 0);
  const closed = ALL_DAYS.filter((day) => (semaine[day] ?? []).length === 0 && differs(day));
  const open = groupDays(semaine.map((plages, day) => (differs(day) ? plages : [])));
  return [
    ...open.flatMap(({ days, plages }) => rulesOfDay(when(days), plages)),
    ...(closed.length > 0 ? [{ ...when(closed), etat: 'ferme' as const }] : []),
  ];
}

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];

function selectorOf(quand: Quand): Pick<Rule, 'dates' | 'weeks' | 'holidays'> {
  const none = { dates: [], weeks: [], holidays: [] };
  if (quand.kind === 'semaines') {
    const week = quand.parite === 'impaire' ? { from: 1, to: 53, step: 2 } : { from: 2, to: 52, step: 2 };
    return { ...none, weeks: [week] };
  }
  if (quand.kind === 'vacances') return { ...none, holidays: [{ kind: 'SH', offset: 0 }] };
  if (quand.kind === 'saison') return { ...none, dates: [seasonOf(quand.du, quand.au)] };
  return none;
}

function seasonOf(du: { mois: number; jour: number }, au: { mois: number; jour: number }): DateRange {
  if (du.jour === 1 && au.jour === (LAST_DAYS[au.mois - 1] ?? 0))
    return { kind: 'mois', years: null, from: du.mois, to: au.mois };
  const point = { kind: 'date', year: null, offset: 0 } as const;
  return {
    kind: 'jours',
    from: { ...point, month: du.mois, day: du.jour },
    to: { ...point, month: au.mois, day: au.jour },
  };
}

/** The last day that each month can have: a season that ends with February ends on the 29th. */
export const LAST_DAYS: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function rulesOfException({ du, au, plages, mention }: ExceptionDatee): Rule[] {
  const [first, last] = [parseLocalDate(du), parseLocalDate(au)];
  if (first === null || last === null || last < first) return [];
  const [from, to] = [first, last].map((day) => {
    const civil = civilOf(day);
    return { kind: 'date', offset: 0, year: civil.year, month: civil.month, day: civil.day } as const;
  });
  if (!from || !to) return [];
  const when: Rule = { ...EMPTY, dates: [{ kind: 'jours', from, to }] };
  if (plages.length === 0) return [{ ...when, etat: 'ferme', mention: cleanMention(mention) }];
  return rulesOfDay(
    when,
    plages.map((plage) => ({ ...plage, mention: plage.mention ?? mention })),
  );
}

/** The rules of one day: one for all the ranges that say the same, the next ones added to it. */
function rulesOfDay(when: Rule, plages: readonly Plage[], mode: Rule['mode'] = 'normale'): Rule[] {
  const groups = new Map<string, Plage[]>();
  for (const plage of [...plages].sort((a, b) => a.start - b.start)) {
    const key = stateOf(plage);
    groups.set(key, [...(groups.get(key) ?? []), plage]);
  }
  return [...groups.values()].map((group, index): Rule => {
    const [first] = group;
    const whole = group.length === 1 && first?.start === 0 && first.end === DAY_MINUTES && first.rendezVous;
    return {
      ...when,
      spans: whole ? [] : group.map(({ start, end }): Span => ({ start, end, openEnd: false })),
      etat: first?.rendezVous ? 'inconnu' : 'ouvert',
      mention: first ? mentionOf(first) : null,
      mode: index === 0 ? mode : 'ajout',
    };
  });
}

/** The comment that says of a range by appointment that it is one. */
export const APPOINTMENT = 'sur rendez-vous';

/** The comment of the text for a range: one by appointment always says so. */
function mentionOf({ rendezVous, mention }: Plage): string | null {
  const clean = cleanMention(mention);
  if (!rendezVous || (clean !== null && isAppointment(clean))) return clean;
  return clean === null ? APPOINTMENT : `${APPOINTMENT}, ${clean}`;
}

/** The grammar has no way to write a `"` within a comment: `"x"` becomes `« x »`. */
function cleanMention(mention: string | null): string | null {
  const quoted = mention?.replace(/"\s*([^"]*?)\s*"/g, (_, words: string) =>
    words === '' ? '' : `«\u00a0${words}\u00a0»`,
  );
  return quoted?.replace(/"/g, '”').trim() || null;
}

function stateOf(plage: Plage): string {
  return `${plage.rendezVous ? '?' : ''}${mentionOf(plage) ?? ''}`;
}

const PLAIN_STATE = '';

function groupDays(semaine: Semaine): { days: number[]; plages: readonly Plage[] }[] {
  const groups = new Map<string, { days: number[]; plages: readonly Plage[] }>();
  semaine.forEach((plages, day) => {
    if (plages.length === 0) return;
    const key = JSON.stringify(plages.map((plage) => [plage.start, plage.end, stateOf(plage)]));
    const group = groups.get(key) ?? { days: [], plages };
    group.days.push(day);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/** The selectors of sorted days: `Mo-We,Fr`; two days in a row are told one by one, and so are nth weekdays. */
export function selectorsOf(days: readonly number[], nth: readonly number[] = []): WeekdaySelector[] {
  if (nth.length > 0) return days.map((day) => ({ from: day, to: day, nth, offset: 0 }));
  return runsOf(days).flatMap(([from, to]): WeekdaySelector[] =>
    to - from === 1
      ? [from, to].map((day) => ({ from: day, to: day, nth, offset: 0 }))
      : [{ from, to, nth, offset: 0 }],
  );
}
